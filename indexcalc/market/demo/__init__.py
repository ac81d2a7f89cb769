"""The synthetic demo market: two boards, every kind of event, the same bits for the same three numbers.

In: the number of securities, the years, a seed.  Out: every table of a market.

``names`` and ``lines`` (the companies), ``clock`` (the sessions), ``agenda`` and ``plan`` (which event
comes when), ``owners`` (holdings and float), ``ticks`` and ``walk`` (prices), ``outcome`` and
``record`` (the tables), ``build`` (all of it).
"""

from indexcalc.market.demo.build import (
    LEAST_SECURITIES,
    LEAST_YEARS,
    MOST_SECURITIES,
    MOST_YEARS,
    DemoMarket,
    DemoSource,
    demo_source,
    demo_tables,
)

__all__ = [
    "LEAST_SECURITIES",
    "LEAST_YEARS",
    "MOST_SECURITIES",
    "MOST_YEARS",
    "DemoMarket",
    "DemoSource",
    "demo_source",
    "demo_tables",
]
