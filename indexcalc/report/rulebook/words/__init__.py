"""Values of the rule language in English and Korean: the words that all sections share.

In: single values, conditions and lists of a rule.  Out: texts in both languages (``Text``).  Modules
in order: ``text`` (a text in two languages), ``names`` (of columns, labels and measures), ``section``
(sentences, tables), ``values`` (days, numbers, shares, values by date), ``ranks`` and ``conditions``
(what a security must meet), ``items`` (lists whose items hold for a time), ``notes`` (what a run took
for granted).
"""
