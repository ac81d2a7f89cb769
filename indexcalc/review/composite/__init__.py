"""Indices checked every session (``review: {every: session}``): membership is a state of each line.

In: a rule whose conditions ask for the state of lines alone.  Out: ``StateRows``, the sessions from
which each line is in or out with the test that decided, and their ledger.

- ``deletions``: delistings and transfers that take a line out on their own day.
- ``composite``: finds the days on which a state can change, and judges the conditions on those.
- ``decisions``: the ledger of a composite.
- ``child_decisions``: the ledger of a child that has no selection of its own.
"""
