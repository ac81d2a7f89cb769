"""Is what a user says to assume something that a rule or a market knows by that name?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from indexcalc.calculation.requirements.needs import Needs, needs_of
from indexcalc.diagnostics import Findings
from indexcalc.market.market import Market
from indexcalc.market.tables import TABLES
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading.reader import nearest
from indexcalc.review.data.fields import MADE_DAILY

_ANYWHERE: Final = ("missing_row", "float_factor", "designation", "listing_date")
_KEYS: Final = frozenset(("date", "symbol", "valid_from", "known_at"))
_NEAR: Final = 0.5  # `float` is near enough to `float_factor`


def check_assumed_names(
    assume: Mapping[str, str],
    rules: Iterable[Methodology],
    market: Market | None,
    findings: Findings,
) -> None:
    """CAL019 for each assumption of a name that is no column, neither of the tables of a market, nor of
    this market (None: of none in particular), nor one that the rules ask for."""
    if not assume:
        return
    asked = dict.fromkeys(name for rule in rules for name in _asked(needs_of(rule)))
    known = {*asked, *_ANYWHERE, *MADE_DAILY}
    for table in ("daily", "securities"):
        known.update(TABLES[table].by_name, () if market is None else market.columns(table))
    known -= _KEYS
    for name, value in assume.items():
        if name not in known:
            close = nearest(name, sorted(known), _NEAR)
            hint = f"did you mean `{close}`? " if close else ""
            can = ", ".join(sorted({*asked, "missing_row"} - _KEYS))
            findings.add(
                "CAL019",
                f"{name}={value}: nothing is called `{name}`",
                where="--assume",
                hint=f"{hint}what is asked for here and can be assumed: {can}",
            )


def _asked(needs: Needs) -> Iterable[str]:
    """The names of what a rule asks for and a user may assume."""
    yield from needs.columns
    if needs.float_factor:
        yield "float_factor"
    if needs.listed_for:
        yield "listing_date"
    if "designations" in needs.tables:
        yield "designation"
