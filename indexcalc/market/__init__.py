"""The market: prices, securities, actions and sessions as they were.  Nothing here knows a rule.

In: files of exchanges and vendors, Arrow tables, or a request for the demo market.  Out: a ``Market``
that gives tables, sessions and blocks of daily rows as NumPy arrays.

From the ground up: ``tables`` (the columns, declared once), ``arrow`` (every crossing between Arrow
and NumPy), ``calendar`` (sessions), ``conform`` (data from outside, converted to the tables),
``store`` (a market on disk), ``as_of`` (what was known on a day), ``market`` (a market in use),
``panel`` (daily rows as arrays), ``exchange_rates``, ``ordered_sum`` (the only sum that reaches a
level).  Beside them: ``importers`` and ``merging`` bring files in, ``checks`` examines a market,
``demo`` makes a synthetic one.
"""
