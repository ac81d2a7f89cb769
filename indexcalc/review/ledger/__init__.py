"""The decision ledger: why each name is in or out.

In: verdicts of conditions and the decisions of steps.  Out: the rows of ``decisions.parquet``.

- ``reasons``: while a review runs, the test or step that decided last of each line.
- ``decision_rows``: the rows of members and of float factors (those of caps: ``weights.cap_decisions``).
- ``decisions``: the rows of one step on one day as columns, and the table they make.
"""
