"""The files an index desk sends: compositions, the next session, divisors, coming actions.

In: a run with its daily composition.  Out: tables, which ``report.tables`` writes so that they read back
to the same numbers.
"""
