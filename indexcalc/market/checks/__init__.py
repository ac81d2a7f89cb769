"""Is a market sound?

In: a market.  Out: findings, and lines that list what was checked.

``check`` runs everything: each table against its declaration, tables against each other and against
the calendar; ``daily`` reads the daily rows once, ``tie_out`` compares sums with published figures;
``info`` only describes a market.
"""
