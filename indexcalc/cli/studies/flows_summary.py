"""The flows of trackers on screen: a table of the reviews, then the last one line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexcalc.analysis.amounts import amount
from indexcalc.analysis.flows.trades import CAUSES
from indexcalc.diagnostics import display_width

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
    lines: list[str] = []
    for index in dict.fromkeys(row["index"] for row in reviews):
        own = [row for row in reviews if row["index"] == index]
        lines += _of_index(study, index, own)
    if len({row["index"] for row in reviews}) > 1:
        lines += _netted(study)
    return "\n".join(lines)


def _of_index(study: Flows, index: str, reviews: list[dict[str, Any]]) -> list[str]:
    last = reviews[-1]
    sure = f", {last['assets_certainty']}" if last["assets_certainty"] else ""
    lines = [
        f"{index}: {amount(last['assets'])} {last['currency']} follow it ({last['assets_source']}{sure})",
        f"  {'effective':<12}{'kind':<12}{'in':>4}{'out':>5}{'traded':>8}{'bought':>9}{'sold':>9}"
        f"{'cash':>9}{'turnover':>10}{'capacity':>10}",
    ]
    if len(reviews) > REVIEWS:
        lines.append(f"  ... {len(reviews) - REVIEWS} earlier (--format json has all)")
    lines += [
        f"  {row['effective_date']!s:<12}{row['kind']:<12}{row['added']:>4}{row['removed']:>5}"
        f"{row['traded']:>8}{amount(row['bought']):>9}{amount(row['sold']):>9}"
        f"{amount(row['cash']):>9}{row['one_way_turnover']:>10.2%}{amount(row['capacity']):>10}"
        for row in reviews[-REVIEWS:]
    ]
    trades = [
        row
        for row in study.trades.to_pylist()
        if row["index"] == index and row["effective_date"] == last["effective_date"]
    ]
    lines.append(f"  {last['effective_date']}, why (bought, sold):")
    for cause in CAUSES:
        up = sum(row[cause] for row in trades if row[cause] > 0)
        down = -sum(row[cause] for row in trades if row[cause] < 0)
        if max(up, down) > 1e-9 * last["assets"]:
            lines.append(f"    {WORDS[cause]:<18}{amount(up):>9}{amount(down):>9}")
    for word, change in (("added", "added"), ("dropped", "removed"), ("changed most", "kept")):
        rows = sorted((row for row in trades if row["change"] == change), key=_pressure)
        if rows:
            lines.append(
                f"  {word:<45}{'shares':>9}{'money':>9}{'holding':>9}{'days':>7}{'float':>8}"
            )
        lines += [_line(row) for row in rows[:TOP]]
        if len(rows) > TOP:
            lines.append(f"    ... {len(rows) - TOP} more")
    if last["capacity"] is not None:
        lines.append(
            f"  capacity: at {amount(last['capacity'])} the first line takes "
            f"{study.participation:.0%} of its mean volume over {_sessions(study.sessions)}; half of "
            f"the money is traded in lines that carry {amount(last['capacity_median'])}"
        )
    lines.append(f"  whole shares leave {amount(last['residue'])} {last['currency']}")
    if study.sessions > 1 and last["tracking_difference"] is not None:
        lines.append(
            f"  spread over {_sessions(study.sessions)}: {1e4 * last['tracking_difference']:+.2f} basis "
            "points of assets against trading all at once"
        )
    return lines


def _netted(study: Flows) -> list[str]:
    rows = study.net.to_pylist()
    last = max(row["effective_date"] for row in rows)
    rows = sorted((row for row in rows if row["effective_date"] == last), key=_pressure)
    lines = [
        f"all together on {last}",
        f"  {'':<35}{'net':>9}{'gross':>9}{'buy':>5}{'sell':>6}{'days':>7}{'float':>8}",
    ]
    for row in rows[:TOP]:
        days, of_float = _days(row), _float(row)
        lines.append(
            f"    {_named(row)}{amount(row['amount']):>9}{amount(row['gross']):>9}{row['buyers']:>5}"
            f"{row['sellers']:>6}{days:>7}{of_float:>8}"
        )
    return lines


def _pressure(row: dict[str, Any]) -> tuple[float, str]:
    """Days of the mean volume of 20 sessions, most first; lines without a volume by money."""
    return -(row["days_20"] or 0.0), row["symbol"]


def _line(row: dict[str, Any]) -> str:
    return (
        f"    {_named(row)}{'':<10}{amount(row['units']):>9}{amount(row['amount']):>9}"
        f"{row['of_position']:>9.1%}{_days(row):>7}{_float(row):>8}"
    )


def _named(row: dict[str, Any]) -> str:
    name = row["name"] or ""
    return f"{row['symbol']:<9}{name}{' ' * max(1, NAME_WIDTH - display_width(name))}"


def _days(row: dict[str, Any]) -> str:
    return "-" if row["days_20"] is None else f"{row['days_20']:.1f}"


def _float(row: dict[str, Any]) -> str:
    return "-" if row["of_float"] is None else f"{row['of_float']:.2%}"


def _sessions(n: int) -> str:
    return "one session" if n == 1 else f"{n} sessions"
