"""Float factors of lines: read from a table or made from holdings, then put through a rule's steps.

In: the tables `float_factors` and `holdings` of a market, and `float.steps` of a rule.  Out: the factor
of each line on a day, NaN where it is not known.

- `table`: factors as `float_factors` gives them, in force and known by a day.
- `holdings`: factors from who holds how many shares.
- `basket_scale`: the scale of an index fund's creation basket.
- `baskets`: float and capping factors from several baskets.
- `rounding`: rounded up to 1 %, to the nearest, down; bands.
- `keep_small_changes`: the published factor stays where it would move by less than some points.
- `steps`: the steps of a rule in order, those in force on a date (`STEPS`, by the key of each).

Without `float.source` a line has its factor from `float_factors` where that knows one, else from
`holdings`.
"""
