"""The sessions of an exchange.

In: a session table shipped with the package, one of the market's own, a user's file, or
exchange_calendars.  Out: ``Sessions``, the trading days in order.

``sessions`` (days and their order), ``packaged`` (the shipped tables in ``session_tables``),
``choose`` (which source counts, and how far it agrees with the data).
"""
