"""The form ``limit``: no unit may weigh more than one common share."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any, Final

from indexcalc.methodology.model.caps.form import (
    POSITIVE_SHARE,
    CapForm,
    Problem,
    below_the_whole,
    units_of,
)
from indexcalc.methodology.reading.block import Block, key
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.exact_shares import percent
from indexcalc.methodology.values.values import Share


class LimitKeys(Block, part=True):
    """``limit``: the most weight of each unit."""

    limit: Dated[Share] | None = key(POSITIVE_SHARE)


def infeasible(item: Any, n: int, on: dt.date) -> Problem | None:
    """``limit * n`` below one."""
    limit: Share | None = value_on(item.limit, on)
    if limit is None or limit.exact * n >= 1:
        return None
    least = percent(Fraction(1, n), up=True)
    return Problem(
        "limit",
        below_the_whole(
            limit.exact * n,
            f"{percent(limit.exact)} x {n} {units_of(item.per)}",
            f"smallest feasible limit is {least}",
        ),
        _percent_sign_too_many(limit, n) or f"at least {least}, or more names",
    )


def _percent_sign_too_many(limit: Share, n: int) -> str:
    """The hint for ``0.3%`` where 30 % was meant; '' where it was not."""
    meant = limit.exact * 100
    capped = meant < 1 or n == 1  # 100 % of several names would be no cap
    if limit.text.endswith("%") and capped and meant * n >= 1 >= meant:
        return f"did you mean {percent(meant).replace(' ', '')}?"
    return ""


LIMIT: Final = CapForm(
    help={"limit": "The most weight of each, such as 30%."},
    words="held at its limit",
    infeasible=infeasible,
)
