"""Dividends, taxes and currencies: the rows of a market in, total and net returns out.

- ``dividends`` and ``countries``: who pays what, and where; ``taxed_specials``: special dividends after
  tax.
- ``currencies``: prices in the currency of the index.
- ``holding``: what an index holds over some sessions; ``returns``: the return versions, reinvested in
  the index or in the payer.
"""
