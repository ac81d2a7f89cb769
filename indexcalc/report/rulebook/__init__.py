"""The rulebook of an index: its methodology in words, made from the rule, in English and Korean.

In: a loaded rule (with its family) and a calendar of sessions.  Out: sections of sentences, each
with the place of the YAML key it says, as Markdown, HTML or PDF.  One key gives one sentence, so
changing one number of a rule changes one sentence of its rulebook.

In order: ``words`` (values, conditions and lists in both languages), ``sections`` (one module a part
of the methodology), ``document`` (the whole), ``pages`` (Markdown, HTML, PDF), ``benchmark_statement``
and ``icalendar``.
"""
