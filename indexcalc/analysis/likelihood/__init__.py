"""How likely a coming review changes a name: what is still missing of its windows, resampled.

In: a rule, a market that ends before the cut-off.  Out: for each name the share of resampled windows that
ends with it in.

- ``paths``: sessions that may come, drawn in blocks from those that were, all lines together.
- ``likelihood``: the review made again on each.
- ``backtest``: the same for past reviews, and how good it was.
"""
