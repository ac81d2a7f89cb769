"""Every key of the rule language, declared once as records with their kinds.

In: nodes.  Out: records; the JSON Schema is made from the same declarations.

- `value_kinds`, `conditions`, `condition_kinds`, `field_conditions`: what tests compare, the tree of
  conditions, and how both are read.
- `schedule`: `review`, `rebalance`, `dates`.
- `universe_and_measures`, `float_rules`, `selection`: who may be in, who is chosen, what counts as float.
- `caps`, `weighting`: forms of cap; schemes, floors, checks.
- `maintenance`, `returns`: between reviews; base, returns, overlays.
- `methodology`: the whole rule.  `in_force`: what of it holds on a date.
- `key_help`: a line of help for each key.  `market_columns`: the columns every market has.
"""
