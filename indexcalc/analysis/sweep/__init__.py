"""Many caps, or many values of a rule, at once: each point as if it had been computed alone.

In: a rule, a market, limits or values to vary.  Out: a ``CapSweep``, with tables of figures, levels,
reviews, weights and capping factors, each row keyed by its cap.

- ``points``: the limits, read from what a user typed; ``capped_rules``: the rule with them.
- ``plain_limits`` and ``review_caps``: the capping factors of every point at one review.
- ``variant_factors``: what every point holds of each line (``multiples``); ``variant_sums``: sums over
  its members.
- ``sweep``: levels, turnover and concentration of all points, block by block.
- ``swept_rule``: one rule, planned and scanned once for all points.
- ``rule_variants``: other values of the rule, each a run of its own.
- ``tables``, ``summary`` and ``manifest``: the results.
- ``simulate_caps``: what a user calls.
"""
