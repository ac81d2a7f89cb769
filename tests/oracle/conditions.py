"""The condition grammar, one name at a time: True, False or None (a needed value is unknown)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.oracle.language import Unsaid, at, is_by_status, listed_long_enough, share
from tests.oracle.moments import Moment, Verdict, all_of, any_of, compare, for_status, negated
from tests.oracle.places import BLOCKS, group_test, place_test, threshold

MODIFIERS = ("among", "within", "for", "unless")
LISTS = ("in", "not_in", "none_of")


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
    if key == "member_of":
        said = said if isinstance(said, dict) else {"index": said}
        market = moment.figures.market
        day = moment.effective
        if said.get("when", "before") == "before":
            day = market.session_before(day)
        return name in market.list_of(said["index"], day)
    if key == "group":
        return all_of([_field(f, tests, name, moment, of_group=True) for f, tests in said.items()])
    return _field(key, said, name, moment, of_group=False)


def could_hold(condition: Any, name: str, moment: Moment) -> Verdict:
    """Does a name meet what a condition asks of it alone, ranks and tests of its group set aside?"""
    condition = at(condition, moment.effective)
    if condition in ("all", "none"):
        return True
    found: list[Verdict] = []
    for key, said in condition.items():
        if key == "any":
            found.append(any_of([could_hold(one, name, moment) for one in said]))
        elif key == "group" or (key in ("not", "was") and _of_places(said)):
            continue
        elif key in ("not", "was", "status", "member_of"):
            found.append(_part(key, said, name, moment))
        else:
            tests = at(said, moment.effective)
            if isinstance(tests, dict) and not is_by_status(tests):
                tests = {op: value for op, value in tests.items() if not _of_places({op: value})}
                found.append(_field(key, tests, name, moment, of_group=False))
            elif not _of_places(tests):
                found.append(_field(key, tests, name, moment, of_group=False))
    return all_of(found)


def _of_places(said: Any) -> bool:
    """Is a place among others asked for anywhere in a condition?"""
    if isinstance(said, dict):
        inner = {key: value for key, value in said.items() if key not in MODIFIERS}
        return any(key in (*BLOCKS, "group") for key in inner) or any(
            map(_of_places, said.values())
        )
    if isinstance(said, list):
        return any(map(_of_places, said))
    return isinstance(said, str) and (" at rank " in said or " at coverage " in said)


def _must_have_been(name: str, before: Moment) -> None:
    if name not in (before.remaining if before.in_steps else before.figures.universe):
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
    said_among = modifiers.get("among")
    if isinstance(said_among, dict):
        bases = [set(moment.figures.universe)]
        if moment.in_steps:
            bases += [moment.eligible, moment.remaining]
        found = {
            _among_these(
                field_name,
                op,
                said,
                within,
                name,
                moment,
                of_group,
                {n for n in base if holds(said_among, n, moment)} | {name},
            )
            for base in bases
        }
        if len(found) > 1:
            raise Unsaid("of whom a condition after `among` chooses")
        return found.pop()
    among = _among(said_among, name, moment)
    return _among_these(field_name, op, said, within, name, moment, of_group, among)


def _among_these(
    field_name: str,
    op: str,
    said: Any,
    within: str,
    name: str,
    moment: Moment,
    of_group: bool,
    among: set[str],
) -> Verdict:
    if of_group:
        return group_test(field_name, op, said, name, within, among, moment)
    if op in BLOCKS:
        return place_test(field_name, op, said, name, within, among, moment)
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
        return compare(op, moment.existing.get(name, Fraction(0)), share(value))
    if field_name == "float_factor" or moment.figures.is_number(field_name):
        have = moment.figures.number(field_name, name)
        limit = threshold(value, name, within, among, moment)
        if limit == "passes":
            return True
        return None if have is None or limit is None else compare(op, have, limit)
    return _label_test(field_name, op, value, name, moment)


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
        # "its list in force on the cut-off or test day, the tested name put in"
        found = moment.figures.market.list_of(said, moment.figures.cutoff)
    return found | {name}
