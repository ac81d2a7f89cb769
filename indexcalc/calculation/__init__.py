"""What the level is: rules and a market in, levels and their reasons out.

In the order in which they build on each other:

- ``prices``: the price and share count of every line on every session, whatever index holds it.
- ``members``: who is held, from the reviews and from the lines there are.
- ``returns``: dividends, taxes and currencies.
- ``levels``: index shares, divisor and level of one index; what happened to it.
- ``overlays``: indices that stand on the level of another.
- ``requirements``: what a rule needs of a market; ``run``: the tables and files of a run.
- ``plan``: everything before the first price; ``compute``: the whole; ``stored_run``: what a written run
  held, from its own lists.
"""
