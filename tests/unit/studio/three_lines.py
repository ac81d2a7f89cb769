"""Three lines over four sessions, A of sixty percent, and a rule that holds it at a half; worked by hand.

The first list is of session 1: A of 60 counts as 40 (factor 2/3), B of 30, C of 10: 80, then 84, then 87.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from indexcalc.market.market import Market
from indexcalc.studio.work.studies import Study
from tests.unit.calculation import small

FREE = small.GIVEN + "weighting: {scheme: market_cap}\n"
RULE = small.GIVEN + (
    "weighting:\n  scheme: market_cap\n  caps:\n    - {per: security, limit: 50%}  # half\n"
)


def three() -> Market:
    """The market."""
    return small.market(
        small.line("A", [60, 60, 66, 66]),
        small.line("B", [30, 30, 30, 33]),
        small.line("C", [10, 10, 10, 10]),
        memberships=small.given("A", "B", "C"),
        securities=[
            {"symbol": "A", "name": "가나전자", "name_en": "Gana Electronics"},
            {"symbol": "B", "name": "다라화학"},
            {"symbol": "C", "name": "마바은행"},
        ],
    )


def study(text: str = RULE, market: Market | None = None) -> Study:
    """A text as a page computes it."""
    return Study(three() if market is None else market, text, Path("test.yaml"))


def in_a_loop(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """What a coroutine returns, run in a thread: a browser of other tests may hold this one's loop."""
    made: list[Any] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            made.append(asyncio.run(work()))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return made[0]
