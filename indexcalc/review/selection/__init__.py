"""The selection of one review: who is eligible, and what the steps of the rule make of them.

In: the universe of a review with the values of its measures.  Out: the names selected with their
inclusion, the reserve, and the reason of each name.

- ``eligibility``: universe and eligibility.
- ``selection_run``: names remaining and selected while the steps run, their order and rank.
- ``fill_and_trim``: ``fill`` and ``trim``; ``replace``: ``replace`` and ``limit_changes``.
- ``steps``: all seven verbs in the order written, then the reserve.
- ``select_members``: the selection of a rule at a review, with steps or without.
"""
