"""The days on which something is decided of an index, and its members over time.

In: the schedule of a rule, lists of members given in the market, the lists of its parents.  Out: the
events in the order of their effective days; lists of members, each in force from a day on.

- ``timeline``: the members of an index over time, as its children and conditions ask for them.
- ``agenda``: the events of a rule: reviews, rebalances, float updates, given lists, maintenance.
"""
