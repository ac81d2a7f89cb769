"""The synthetic demo market: two boards, every kind of event, the same bits for the same three numbers."""

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
