"""The cases of a rule: a tiny market, what is expected of it, and whether it holds.

In: the ``cases`` of a rule file or of ``NAME.cases.yaml`` beside it.  Out: a ``CaseReport`` with a
finding, at its line, for each expectation that does not hold.

- ``rows``: the tiny market, written as rows or as a folder of CSV files.
- ``reading``: cases and what they expect.
- ``cases``: computes each case and compares.
"""
