"""The sections of a rulebook: each turns some blocks of a rule into sentences.

In: a ``Methodology`` and an empty ``Section``.  Out: the section with one sentence a statement, each
with the path in the rule that says it.  Modules in the order of the document: ``identity``,
``overlay``, ``universe_and_measures``, ``free_float``, ``selection``, ``weights`` with ``caps``,
``schedule``, ``maintenance``, ``corporate_actions``, ``returns``.
"""
