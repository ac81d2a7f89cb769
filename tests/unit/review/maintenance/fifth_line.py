"""An index of four with a fifth line K, listed on Wednesday 2020-04-01."""

from __future__ import annotations

from typing import Any

from tests.unit.review.maintenance.between_reviews import (
    SIZES,
    absent_until,
    run,
    told,
)
from tests.unit.review.small_reviews import Ran

LISTED = "2020-04-01"
FAST = (
    "{fast_entry: [{after: 5 sessions, require: {size: {rank: 3}}, "
    "effective: 1 session after test, replaces: smallest}]}"
)
NEXT = FAST.replace("1 session after test", "session after next expiry")
EXPIRY = "dates: {expiry: {months: [3, 6, 9, 12], on: 2nd thursday}}\n"


EXIT = (
    "{fast_exit: {checked: last session of month, when: {size: {rank: {beyond: 5}}, "
    "was: {size: {rank: {beyond: 5}}}}, effective: 1 session after test, replace_from: largest}}"
)


def with_k(rule: str, size: object = 85.0, **more: Any) -> Ran:
    """A run with K, listed on ``LISTED`` with a market cap."""
    securities = told("ABCDEFGHIJK", K={"listing_date": LISTED, **more.pop("k", {})})
    absent = {"K": absent_until(LISTED), **more.pop("absent", {})}
    return run(rule, {**SIZES, "K": size}, securities, absent=absent, **more)
