"""How much of each member: schemes, float factors, caps.

In: prices, shares, measures of the members, and `weighting` of a rule.  Out: weights that sum to one, and
capping factors.

- `schemes`: what each member weighs before any cap (`SCHEMES`, by name).
- `float_factors`: the factor of each line, from a table or from holdings, after a rule's steps.
- `caps`: caps in the order of the rule; `caps/forms` has one module for each form.
- `apply_caps`: the capping alone, on any weights.
"""
