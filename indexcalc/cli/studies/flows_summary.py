"""The flows of trackers on screen: a table of the reviews, then the last one line by line."""

from __future__ import annotations

from collections import Counter
from math import inf
from typing import TYPE_CHECKING, Any

from indexcalc.analysis.amounts import amount
from indexcalc.analysis.flows.trades import CAUSES
from indexcalc.cli.called import Called

if TYPE_CHECKING:
    from indexcalc.analysis.flows.flows import Flows

TOP = 8
REVIEWS = 12
NAME_WIDTH = 22
WORDS = {
    "joined_left": "joined or left",
    "inclusion": "inclusion factor",
    "target_weight": "target weight",
    "shares": "share counts",
    "float_factor": "float factors",
    "capping_factor": "capping factors",
    "cash": "cash reinvested",
    "others": "making room",
}


def summary(study: Flows) -> str:
    """Reviews in a table; of the last review the trades hardest to do, by cause; netted trades."""
    reviews = study.reviews.to_pylist()
    if not reviews:
        return "no review in this period trades anything"
    called = Called(next(iter(study.runs.values())).market)
    lines: list[str] = []
    for index in dict.fromkeys(row["index"] for row in reviews):
        own = [row for row in reviews if row["index"] == index]
        lines += _of_index(study, index, own, called)
    if len({row["index"] for row in reviews}) > 1:
        lines += _netted(study, called)
    return "\n".join(lines)


def _of_index(study: Flows, index: str, reviews: list[dict[str, Any]], called: Called) -> list[str]:
    last = reviews[-1]
    sure = f", {last['assets_certainty']}" if last["assets_certainty"] else ""
    kind = max(12, *(len(row["kind"]) + 2 for row in reviews[-REVIEWS:]))
    lines = [
        f"{index}: {amount(last['assets'])} {last['currency']} follow it ({last['assets_source']}{sure})",
        f"  {'effective':<12}{'kind':<{kind}}{'in':>4}{'out':>5}{'traded':>8}{'bought':>9}{'sold':>9}"
        f"{'cash':>9}{'turnover':>10}{'capacity':>10}",
    ]
    if len(reviews) > REVIEWS:
        lines.append(f"  ... {len(reviews) - REVIEWS} earlier (--format json has all)")
    lines += [
        f"  {row['effective_date']!s:<12}{row['kind']:<{kind}}{row['added']:>4}{row['removed']:>5}"
        f"{row['traded']:>8}{amount(row['bought']):>9}{amount(row['sold']):>9}"
        f"{amount(row['cash']):>9}{row['one_way_turnover']:>10.2%}{amount(row['capacity']):>10}"
        for row in reviews[-REVIEWS:]
    ]
    trades = [
        row
        for row in study.trades.to_pylist()
        if row["index"] == index and row["effective_date"] == last["effective_date"]
    ]
    why = []
    for cause in CAUSES:
        up = sum(row[cause] for row in trades if row[cause] > 0)
        down = -sum(row[cause] for row in trades if row[cause] < 0)
        if max(up, down) > 1e-9 * last["assets"]:
            why.append(f"    {WORDS[cause]:<18}{amount(up):>9}{amount(down):>9}")
    if why:
        words = "why (bought, sold; each cause before it is netted within a line)"
        lines += [f"  {last['effective_date']}, {words}:", *why]
    for word, change in (("added", "added"), ("dropped", "removed"), ("changed most", "kept")):
        rows = sorted((row for row in trades if row["change"] == change), key=_pressure)
        if rows:
            lines.append(
                f"  {word:<45}{'shares':>9}{'money':>9}{'holding':>9}{'days':>7}{'float':>8}"
            )
        lines += [_line(row, called) for row in rows[:TOP]]
        if len(rows) > TOP:
            lines.append(f"    ... {len(rows) - TOP} more")
    if last["capacity"] is not None:
        lines.append(f"  {_capacity(study, last, trades)}")
    lines.append(f"  whole shares leave {amount(last['residue'])} {last['currency']}")
    if study.sessions > 1:
        difference = last["tracking_difference"]
        lines.append(
            f"  spread over {_sessions(study.sessions)}: "
            + (
                "not known against trading all at once, the data end before the last of them"
                if difference is None
                else f"{1e4 * difference:+.2f} basis points of assets against trading all at once"
            )
        )
    return lines


def _capacity(study: Flows, review: dict[str, Any], trades: list[dict[str, Any]]) -> str:
    """Which line is full first, and at what assets; what half of the money is traded in."""
    known = (row for row in trades if row["capacity"] is not None)
    first = min(known, key=lambda row: (row["capacity"], row["symbol"]))["symbol"]
    half = f"half of the money is traded in lines that carry {amount(review['capacity_median'])}"
    if review["capacity"] == 0.0:
        return f"capacity: none, {first} had no volume in 20 sessions; {half}"
    return (
        f"capacity: at {amount(review['capacity'])} {first} takes {study.participation:.0%} of its "
        f"mean volume over {_sessions(study.sessions)}; {half}"
    )


def _netted(study: Flows, called: Called) -> list[str]:
    trades = study.trades.to_pylist()
    trading = {(row["effective_date"], row["index"]) for row in trades}
    together = [day for day, count in Counter(day for day, _ in trading).items() if count > 1]
    if not together:
        return ["all together: on no session do two of them trade"]
    last = max(together)
    capacity = {row["symbol"]: row["capacity"] for row in trades if row["effective_date"] == last}
    rows = [
        {**row, "capacity": capacity[row["symbol"]]}
        for row in study.net.to_pylist()
        if row["effective_date"] == last
    ]
    rows.sort(key=_pressure)
    lines = [
        f"all together on {last}, in {rows[0]['currency']}",
        f"  {'':<35}{'net':>9}{'gross':>9}{'buy':>5}{'sell':>6}{'days':>7}{'float':>8}",
    ]
    for row in rows[:TOP]:
        days, of_float = _days(row), _float(row)
        lines.append(
            f"    {_named(row, called)}{amount(row['amount']):>9}{amount(row['gross']):>9}"
            f"{row['buyers']:>5}{row['sellers']:>6} {days:>6} {of_float:>7}"
        )
    if len(rows) > TOP:
        lines.append(f"    ... {len(rows) - TOP} more")
    return lines


def _pressure(row: dict[str, Any]) -> tuple[float, str]:
    """Days of the mean volume of 20 sessions, most first: before all others who had none of it."""
    return -inf if _no_volume(row) else -(row["days_20"] or 0.0), row["symbol"]


def _no_volume(row: dict[str, Any]) -> bool:
    return bool(row["capacity"] == 0.0)


def _line(row: dict[str, Any], called: Called) -> str:
    return (
        f"    {_named(row, called)}{'':<10}{amount(row['units']):>9}{amount(row['amount']):>9}"
        f" {row['of_position']:>8.1%} {_days(row):>6} {_float(row):>7}"
    )


def _named(row: dict[str, Any], called: Called) -> str:
    return called.column(row["symbol"], row["effective_date"], NAME_WIDTH)


def _days(row: dict[str, Any]) -> str:
    if _no_volume(row):
        return "inf"
    return "-" if row["days_20"] is None else f"{row['days_20']:.1f}"


def _float(row: dict[str, Any]) -> str:
    return "-" if row["of_float"] is None else f"{row['of_float']:.2%}"


def _sessions(n: int) -> str:
    return "one session" if n == 1 else f"{n} sessions"
