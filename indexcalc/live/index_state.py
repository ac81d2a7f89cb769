"""The state of one index between two sessions, kept and taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.calculation.levels.index_run import IndexRun
from indexcalc.calculation.levels.level_block import LevelState
from indexcalc.calculation.levels.received_shares import NewShares, ReceivedShares, SpunLine
from indexcalc.calculation.members.composite import Composite
from indexcalc.calculation.members.scheduled import Carried, Scheduled
from indexcalc.calculation.prices.lines import Takeover
from indexcalc.calculation.returns.returns import ReturnState
from indexcalc.live.saved_state import Part

NAN = float("nan")


def keep(run: IndexRun, last_session: int, part: Part) -> None:
    """Keep an index as it is after the observed session ``last_session``."""
    state = run.state
    part.put("begun", state is not None)
    if state is None:
        return
    for name in ("held", "float_factor", "capping"):
        part.put_lines(name, getattr(state, name))
    part.put_lines("shares", state.shares)
    part.put_lines("goal", state.goal)
    for name in ("value", "level", "divisor"):
        part.put_float(name, getattr(state, name))
    part.put("started", state.started)
    _keep_series(state.gross, part.within("gross"))
    part.put("taxes", len(state.net))
    for place, series in enumerate(state.net):
        _keep_series(series, part.within(f"net{place}"))
    _keep_handed(state.handed, part)
    if state.updates is not None:
        part.put_lines("due", state.updates.due)
        part.put("counts", sorted(state.updates.counts))
        for session, counts in state.updates.counts.items():
            part.put_lines(f"counts{session}", counts)
    if isinstance(run.membership, Scheduled):
        _keep_list(run.membership, last_session, part.within("list"))


def take_up(
    run: IndexRun, last_session: int, takeovers: Sequence[Takeover], part: Part
) -> list[int]:
    """Go on from what was kept; ``takeovers``: those of the market.

    Returns the sessions to come whose weights or share counts rest on sessions that the state does
    not hold.  KeyError: it lacks what every index needs.
    """
    membership = run.membership
    if isinstance(membership, Composite):
        # Its state is what the last change up to now says, for lines that are new to the market too.
        membership.resume(last_session, len(part.symbols))
    if not part.get("begun"):
        return []
    lacking: list[int] = []
    state = LevelState(
        shares=part.needed("shares", 0.0),
        held=part.needed("held", False),
        float_factor=part.lines("float_factor", 1.0),
        capping=part.lines("capping", 1.0),
        updates=run.share_updates,
        goal=part.lines("goal", 0.0),
    )
    state.value, state.level, state.divisor = (
        part.get_float(name) for name in ("value", "level", "divisor")
    )
    state.started = bool(part.get("started"))
    state.gross = _series(part.within("gross"))
    state.net = [_series(part.within(f"net{place}")) for place in range(part.get("taxes"))]
    state.handed = _handed(run, takeovers, part)
    if state.updates is not None:
        state.updates.due = part.lines("due", -1)
        state.updates.counts = {
            session: part.needed(f"counts{session}", NAN) for session in part.get("counts")
        }
        lacking += state.updates.lacking(last_session)
    run.state = state
    if isinstance(membership, Scheduled):
        lacking += membership.resume(last_session, _carried(part.within("list")))
    return lacking


def _keep_list(membership: Scheduled, last_session: int, part: Part) -> None:
    carried = membership.carried(last_session)
    part.put("listed", carried.listed)
    for name in ("alive", "capping", "capped"):
        part.put_lines(name, getattr(carried, name))
    part.put("prices", sorted(carried.prices))
    for session, (codes, price) in carried.prices.items():
        asked, prices = np.zeros(len(part.symbols), np.bool_), np.full(len(part.symbols), NAN)
        asked[codes], prices[codes] = True, price
        part.put_lines(f"asked{session}", asked)
        part.put_lines(f"prices{session}", prices)


def _carried(part: Part) -> Carried:
    prices = {}
    for session in part.get("prices"):
        codes = np.flatnonzero(part.needed(f"asked{session}", False)).astype(np.int32)
        prices[session] = (codes, part.needed(f"prices{session}", NAN)[codes])
    return Carried(
        part.get("listed"),
        part.lines("alive", False),
        part.lines("capping", 1.0),
        part.lines("capped", False),
        prices,
    )


def _keep_series(series: ReturnState, part: Part) -> None:
    part.put_float("level", series.level)
    part.put_lines("scale", series.scale)


def _series(part: Part) -> ReturnState:
    return ReturnState(part.get_float("level"), part.lines("scale", 1.0))


def _keep_handed(handed: ReceivedShares | None, part: Part) -> None:
    part.put("handed", handed is not None)
    if handed is None:
        return
    symbols = part.symbols
    spun: list[dict[str, Any]] = [
        {
            "child": symbols[item.child],
            "parent": symbols[item.parent],
            "ratio": item.ratio.hex(),
            "value": item.value.hex(),
            "priced": item.priced,
            "opened": item.opened,
            "sold": item.sold,
            "shares": item.shares.hex(),
        }
        for item in handed.spun
    ]
    stock: list[dict[str, Any]] = [
        {
            "takeover": _takeover_key(item.takeover, symbols),
            "since": item.since,
            "count": item.count.hex(),
            "listed": item.listed,
            "shares": float(item.shares).hex(),
        }
        for item in handed.stock
    ]
    part.put("spun", spun)
    part.put("stock", stock)


def _handed(run: IndexRun, takeovers: Sequence[Takeover], part: Part) -> ReceivedShares | None:
    if not part.get("handed"):
        return None
    scheme = run.given.scheme
    handed = ReceivedShares(scheme.holding, scheme.shares == "daily", scheme.any_takeover)
    for item in part.get("spun"):
        child, parent = part.code(item["child"]), part.code(item["parent"])
        ratio, value = float.fromhex(item["ratio"]), float.fromhex(item["value"])
        spun = SpunLine(child, parent, ratio, value, item["priced"], item["opened"])
        spun.sold, spun.shares = item["sold"], float.fromhex(item["shares"])
        handed.spun.append(spun)
    by_key = {tuple(_takeover_key(one, part.symbols)): one for one in takeovers}
    for item in part.get("stock"):
        one = by_key[tuple(item["takeover"])]
        new = NewShares(one, item["since"], float.fromhex(item["count"]))
        new.listed, new.shares = item["listed"], float.fromhex(item["shares"])
        handed.stock.append(new)
    return handed


def _takeover_key(one: Takeover, symbols: Sequence[str]) -> list[str]:
    return [symbols[one.target], symbols[one.acquirer], one.ratio.hex(), str(one.known_day)]
