"""Places: rank, coverage and share of a name among others, and what is counted of a group."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from tests.oracle.figures import Figures
from tests.oracle.language import Unsaid, at, percent_of, rounded, share
from tests.oracle.moments import Moment, Verdict, all_of, compare, for_status

BLOCKS = ("rank", "coverage", "share")


def threshold(
    value: Any, name: str, within: str, among: set[str], moment: Moment
) -> Fraction | str | None:
    text = str(value)
    if " at rank " not in text:
        return share(text)
    front, rank_text = text.split(" at rank ")
    part = Fraction(1)
    if " of " in front:
        part, front = share(front.split(" of ")[0]), front.split(" of ")[1]
    order = _ordered(front, name, within, among, moment)
    if order is None:
        return None
    rank = _rank_limit(rank_text, len(order), "floor", name, within, moment)
    if rank is None:
        return "passes"
    if not 1 <= rank <= len(order):
        raise Unsaid("a measure at a rank that nobody has")
    at_rank = moment.figures.number(front, order[rank - 1])
    return None if at_rank is None else part * at_rank


def in_group(name: str, within: str, names: Iterable[str], moment: Moment) -> set[str] | None:
    """Those of some names that share the group of a name; None: it has no label."""
    if within == "all":
        return set(names)
    if within == "issuer":
        own = moment.figures.issuer(name)
        return {n for n in names if moment.figures.issuer(n) == own}
    label = moment.figures.group(within, name)
    if label is None:
        return None
    return {n for n in names if moment.figures.group(within, n) == label}


def ordered(by: str, names: Iterable[str], figures: Figures) -> list[str]:
    """Names best first: the measure, then the ties of the rule (market cap, symbol).

    A name without a value of the measure is left out.
    """
    known = [name for name in names if figures.number(by, name) is not None]
    ties = at(
        figures.rule.get("selection", {}).get("ties", ["market_cap", "symbol"]), figures.effective
    )
    ties = ties if isinstance(ties, list) else [ties]

    def key(name: str) -> tuple[Any, ...]:
        made: list[Any] = []
        for column in (by, *ties):
            if column == "symbol":
                made.append(name)
                continue
            value = figures.number(column, name)
            if value is None:
                raise Unsaid("a tie is broken by a value that is unknown")
            made.append(value if figures.lowest_is_best(column) else -value)
        return (*made, name)

    return sorted(known, key=key)


def _ordered(
    field_name: str, name: str, within: str, among: set[str], moment: Moment
) -> list[str] | None:
    """The names (one line an issuer, where issuers count once) a name is ranked with, best first."""
    figures = moment.figures
    peers = in_group(name, within, among, moment)
    if peers is None:
        return None
    key = (field_name, frozenset(peers), name if figures.per_issuer(field_name) else None)
    if key not in moment.orders:
        if figures.per_issuer(field_name):
            peers = _one_line_an_issuer(name, peers, figures)
            values = [figures.number(field_name, peer) for peer in peers]
            if len(set(values)) < len(values):
                raise Unsaid("how two issuers that tie are ordered")
        moment.orders[key] = ordered(field_name, peers, figures)
    return moment.orders[key]


def _one_line_an_issuer(name: str, peers: set[str], figures: Figures) -> set[str]:
    kept = {figures.issuer(peer): peer for peer in sorted(peers, reverse=True)}
    kept[figures.issuer(name)] = name
    return set(kept.values())


def count_of(base: str, within: str, name: str, moment: Moment) -> int:
    """How many names there are of existing, remaining, eligible, selected (in the name's group)."""
    if base == "count":
        return int(at(moment.figures.rule["selection"]["count"], moment.effective))
    names = {
        "existing": set(moment.existing),
        "remaining": moment.remaining,
        "eligible": moment.eligible,
        "selected": moment.selected,
    }[base]
    found = in_group(name, within, names, moment)
    return 0 if found is None else len(found)


def _rank_limit(
    value: Any, ranked: int, how: str, name: str, within: str, moment: Moment
) -> int | None:
    """A rank as a number; None: of existing where there is none, so the test passes."""
    if (part := percent_of(value)) is not None:
        count = count_of(part[1], within, name, moment)
        if part[1] == "existing" and count == 0:
            return None
        return rounded(part[0] * count, how)
    if "%" in str(value) or "/" in str(value):
        return rounded(share(value) * ranked, how)
    return int(value)


def place_test(
    field_name: str,
    op: str,
    said: dict[str, Any],
    name: str,
    within: str,
    among: set[str],
    moment: Moment,
) -> Verdict:
    how = said.get("rounding", "floor")
    order = _ordered(field_name, name, within, among, moment)
    if order is None or name not in order:
        return None
    values = [moment.figures.number(field_name, one) or Fraction(0) for one in order]
    verdicts: list[Verdict] = []
    for word, dated in said.items():
        if word == "rounding":
            continue
        limit = for_status(at(dated, moment.effective), name, moment)
        if limit == "none":
            verdicts.append(True)
        elif op == "rank":
            verdicts.append(_rank_test(word, limit, order, how, name, within, moment))
        elif sum(values) == 0:
            raise Unsaid("a share of nothing")
        elif op == "coverage":
            if moment.figures.lowest_is_best(field_name):
                raise Unsaid("coverage of a measure whose lowest is best")
            verdicts.append(_coverage_test(word, limit, order.index(name), values))
        else:
            have = values[order.index(name)] / sum(values)
            verdicts.append(compare(word, rounded12(have), rounded12(share(limit))))
    return all_of(verdicts)


def _rank_test(
    word: str, limit: Any, order: list[str], how: str, name: str, within: str, moment: Moment
) -> bool:
    most = _rank_limit(limit, len(order), how, name, within, moment)
    if most is None:
        return True
    rank = order.index(name) + 1
    return {"max": rank <= most, "to": rank <= most, "beyond": rank > most, "from": rank >= most}[
        word
    ]


def rounded12(value: Fraction) -> Fraction:
    """ "Shares compared after rounding to 12 decimals"."""
    return round(value, 12)


def _coverage_test(word: str, limit: Any, place: int, values: list[Fraction]) -> bool:
    total = sum(values)
    with_name = [rounded12(sum(values[: i + 1]) / total) for i in range(len(values))]
    before = with_name[place - 1] if place else Fraction(0)
    reached = with_name[place]
    if str(limit).startswith("rank "):
        _, rank, sign, points, _ = limit.split()
        if int(rank) > len(values):
            raise Unsaid("the coverage at a rank that nobody has")
        moved = Fraction(points) / 100 * (1 if sign == "+" else -1)
        line = rounded12(with_name[int(rank) - 1] + moved)
    else:
        line = rounded12(share(limit))
    if word == "nearest":
        # Up to the line; the crossing name only if with it the share is closer than without.
        return reached <= line or (before < line and reached - line < line - before)
    return {
        "reach": before < line,
        "max": reached <= line,
        "below": reached < line,
        "above": reached > line,
        "from": before >= line,
        "to": before < line,
    }[word]


def group_test(
    field_name: str, op: str, said: Any, name: str, within: str, among: set[str], moment: Moment
) -> Verdict:
    if field_name in ("existing_count", "screened_count"):
        base = {"existing_count": "existing", "screened_count": "eligible"}[field_name]
        if in_group(name, within, among, moment) is None:
            return None
        value = for_status(at(said, moment.effective), name, moment)
        return compare(op, Fraction(count_of(base, within, name, moment)), Fraction(str(value)))
    if within == "all" or moment.figures.per_issuer(field_name):
        raise Unsaid("the sum of a group where there are no groups")
    mine = in_group(name, within, among, moment)
    if mine is None:
        return None
    numbers = {n: moment.figures.number(field_name, n) for n in among}
    if any(value is None for value in numbers.values()):
        raise Unsaid("the sum of a group with an unknown value")
    if any(moment.figures.group(within, n) is None for n in among):
        raise Unsaid("a name without a group beside groups")
    total = sum(numbers[n] or Fraction(0) for n in mine)
    if op not in BLOCKS:
        return compare(op, total, share(for_status(at(said, moment.effective), name, moment)))
    if op != "share":
        raise Unsaid("ranks of groups")
    whole = sum(value or Fraction(0) for value in numbers.values())
    if whole == 0:
        raise Unsaid("a share of nothing")
    return all_of(
        [
            compare(
                word,
                rounded12(total / whole),
                rounded12(share(for_status(at(limit, moment.effective), name, moment))),
            )
            for word, limit in said.items()
        ]
    )
