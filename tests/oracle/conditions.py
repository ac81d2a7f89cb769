"""The condition grammar, one name at a time: True, False or None (a needed value is unknown)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.oracle.figures import Figures
from tests.oracle.language import (
    Unsaid,
    at,
    is_by_status,
    is_dated,
    listed_long_enough,
    percent_of,
    rounded,
    share,
)

MODIFIERS = ("among", "within", "for", "unless")
BLOCKS = ("rank", "coverage", "share")
Verdict = bool | None


@dataclass
class Moment:
    """Where a condition is asked: a review, what is left and chosen, the default ``within``."""

    figures: Figures
    existing: dict[str, Fraction]
    eligible: set[str]
    remaining: set[str]
    selected: set[str]
    within: str
    in_steps: bool
    place: tuple[Any, ...]
    reviews_before: list[dict[tuple[Any, ...], Moment]]
    orders: dict[Any, list[str]] = field(default_factory=dict)

    @property
    def effective(self) -> dt.date:
        return self.figures.effective

    def at_review_before(self, back: int) -> Moment | None:
        """The same place ``back`` reviews earlier; None: there was no such review."""
        if back > len(self.reviews_before):
            return None
        found = self.reviews_before[-back].get(self.place)
        if found is None:
            raise Unsaid("the review before had no such step")
        return found


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """False where one is, else unknown where one is, else True."""
    found = list(verdicts)
    if False in found:
        return False
    return None if None in found else True


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """True where one is, else unknown where one is, else False."""
    found = list(verdicts)
    if True in found:
        return True
    return None if None in found else False


def negated(verdict: Verdict) -> Verdict:
    """Unknown stays unknown."""
    return None if verdict is None else not verdict


def holds(condition: Any, name: str, moment: Moment) -> Verdict:
    """Does a condition hold for a name?"""
    condition = at(condition, moment.effective)
    if condition in ("all", "none"):
        return True
    return all_of([_part(key, said, name, moment) for key, said in condition.items()])


def _part(key: str, said: Any, name: str, moment: Moment) -> Verdict:
    if key == "any":
        return any_of([holds(one, name, moment) for one in said])
    if key == "not":
        return negated(holds(said, name, moment))
    if key == "was":
        before = moment.at_review_before(1)
        if before is None:
            return False  # "false where there was none"
        _must_have_been(name, before)
        return holds(said, name, before)
    if key == "status":
        return (name in moment.existing) == (said == "existing")
    if key == "group":
        return all_of([_field(f, tests, name, moment, of_group=True) for f, tests in said.items()])
    return _field(key, said, name, moment, of_group=False)


def _must_have_been(name: str, before: Moment) -> None:
    if name not in before.figures.universe:
        raise Unsaid("what held for a name at a review that did not see it")


def _field(field_name: str, said: Any, name: str, moment: Moment, *, of_group: bool) -> Verdict:
    tests = at(said, moment.effective)
    if tests == "none":
        return True
    if not isinstance(tests, dict) or is_by_status(tests):
        tests = {"equals": tests}
    beside = {word: tests[word] for word in MODIFIERS if word in tests}
    return all_of(
        [
            _test(field_name, op, value, beside, name, moment, of_group)
            for op, value in tests.items()
            if op not in MODIFIERS
        ]
    )


def _test(
    field_name: str,
    op: str,
    said: Any,
    beside: dict[str, Any],
    name: str,
    moment: Moment,
    of_group: bool,
) -> Verdict:
    modifiers = dict(beside)
    if op in BLOCKS:
        said = at(said, moment.effective)
        if said == "none":
            return True
        if not isinstance(said, dict) or is_by_status(said):
            said = {{"rank": "max", "coverage": "reach"}[op]: said}
        modifiers.update({word: said[word] for word in MODIFIERS if word in said})
        said = {word: value for word, value in said.items() if word not in MODIFIERS}
    reviews = int(str(modifiers.get("for", "1 review")).split()[0])
    verdicts = []
    for back in range(reviews):
        then = moment if back == 0 else moment.at_review_before(back)
        if then is None:
            break  # "of those there were"
        if back:
            _must_have_been(name, then)
            if (name in then.existing) != (name in moment.existing) and "existing" in repr(said):
                raise Unsaid("by which status an earlier review is judged")
        verdicts.append(_once(field_name, op, said, modifiers, name, then, of_group))
    return any_of([_excused(modifiers.get("unless"), name, moment), all_of(verdicts)])


def _excused(unless: Any, name: str, moment: Moment) -> Verdict:
    if unless is None:
        return False
    found: list[Verdict] = []
    for one in unless if isinstance(unless, list) else [unless]:
        if one == "existing":
            found.append(name in moment.existing)
        elif one in ("transferred", "demerged"):
            label = moment.figures.market.label(name, "listed_by", moment.figures.cutoff)
            found.append(label == {"transferred": "transfer", "demerged": "demerger"}[one])
        else:
            found.append(holds(one, name, moment))
    return any_of(found)


def _once(
    field_name: str,
    op: str,
    said: Any,
    modifiers: dict[str, Any],
    name: str,
    moment: Moment,
    of_group: bool,
) -> Verdict:
    within = at(modifiers.get("within", moment.within), moment.effective)
    among = _among(modifiers.get("among"), name, moment)
    if of_group:
        return _group_test(field_name, op, said, name, within, among, moment)
    if op in BLOCKS:
        return _place_test(field_name, op, said, name, within, among, moment)
    value = for_status(at(said, moment.effective), name, moment) if op not in LISTS else said
    if value == "none":
        return True
    if op in LISTS or field_name == "symbol":
        return _label_test(field_name, op, value, name, moment)
    if field_name == "listed_for":
        listing = moment.figures.market.label(name, "listing_date", moment.figures.cutoff)
        assert op == "min", op
        if listing is None:
            return None
        return listed_long_enough(
            listing, moment.figures.cutoff, value, moment.figures.market.sessions
        )
    if field_name == "inclusion":
        return _compare(op, moment.existing.get(name, Fraction(0)), share(value))
    if field_name == "float_factor" or moment.figures.is_number(field_name):
        have = moment.figures.number(field_name, name)
        limit = _threshold(value, name, within, among, moment)
        if limit == "passes":
            return True
        return None if have is None or limit is None else _compare(op, have, limit)
    return _label_test(field_name, op, value, name, moment)


LISTS = ("in", "not_in", "none_of")


def for_status(value: Any, name: str, moment: Moment) -> Any:
    """The part of a value by status that is meant for a name."""
    if is_by_status(value):
        return value["existing" if name in moment.existing else "new"]
    return value


def _label_test(field_name: str, op: str, value: Any, name: str, moment: Moment) -> Verdict:
    if op == "none_of":
        assert field_name == "designation"
        return not moment.figures.market.designated(
            name, at(value, moment.effective), moment.figures.cutoff
        )
    label = name if field_name == "symbol" else moment.figures.group(field_name, name)
    if label is None:
        return None
    if op == "equals":
        return label == str(value)
    labels = at(value, moment.effective)
    return (label in labels) == (op == "in")


def _compare(op: str, have: Fraction, limit: Fraction) -> bool:
    return {
        "equals": have == limit,
        "min": have >= limit,
        "max": have <= limit,
        "above": have > limit,
        "below": have < limit,
    }[op]


def _threshold(
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


def _among(said: Any, name: str, moment: Moment) -> set[str]:
    """Whom a name is ranked with; the name itself is always put in."""
    if said is None:
        found = moment.remaining if moment.in_steps else set(moment.figures.universe)
    elif said == "eligible":
        found = moment.eligible
    elif said == "remaining":
        found = moment.remaining
    elif said == "existing":
        found = set(moment.existing)
    else:
        # A condition chooses among all screened names.
        found = {n for n in moment.figures.universe if holds(said, n, moment)}
    return found | {name}


def _in_group(name: str, within: str, names: Iterable[str], moment: Moment) -> set[str] | None:
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
    peers = _in_group(name, within, among, moment)
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
    found = _in_group(name, within, names, moment)
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


def _place_test(
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
            verdicts.append(_compare(word, rounded12(have), rounded12(share(limit))))
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


def _group_test(
    field_name: str, op: str, said: Any, name: str, within: str, among: set[str], moment: Moment
) -> Verdict:
    if field_name in ("existing_count", "screened_count"):
        base = {"existing_count": "existing", "screened_count": "eligible"}[field_name]
        if _in_group(name, within, among, moment) is None:
            return None
        value = for_status(at(said, moment.effective), name, moment)
        return _compare(op, Fraction(count_of(base, within, name, moment)), Fraction(str(value)))
    if within == "all" or moment.figures.per_issuer(field_name):
        raise Unsaid("the sum of a group where there are no groups")
    mine = _in_group(name, within, among, moment)
    if mine is None:
        return None
    numbers = {n: moment.figures.number(field_name, n) for n in among}
    if any(value is None for value in numbers.values()):
        raise Unsaid("the sum of a group with an unknown value")
    if any(moment.figures.group(within, n) is None for n in among):
        raise Unsaid("a name without a group beside groups")
    total = sum(numbers[n] or Fraction(0) for n in mine)
    if op not in BLOCKS:
        return _compare(op, total, share(for_status(at(said, moment.effective), name, moment)))
    if op != "share":
        raise Unsaid("ranks of groups")
    whole = sum(value or Fraction(0) for value in numbers.values())
    if whole == 0:
        raise Unsaid("a share of nothing")
    return all_of(
        [
            _compare(
                word,
                rounded12(total / whole),
                rounded12(share(for_status(at(limit, moment.effective), name, moment))),
            )
            for word, limit in said.items()
        ]
    )


__all__ = ["Moment", "all_of", "any_of", "count_of", "holds", "is_dated", "ordered"]
