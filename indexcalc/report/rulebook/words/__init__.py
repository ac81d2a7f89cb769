"""Values of the rule language in English and Korean: the words that all sections share.

In: single values, conditions and lists of a rule.  Out: texts in both languages (``Text``).  Modules
in order: ``text`` (a text in two languages, sentences, tables, sections), ``values`` (days, numbers,
shares, names, values by date), ``conditions`` (what a security must meet), ``items`` (lists whose
items hold for a time).
"""
