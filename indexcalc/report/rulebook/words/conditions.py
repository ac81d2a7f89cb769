"""Conditions in words: what a security must meet to be counted, chosen or removed."""

from __future__ import annotations

import re
from typing import Final

from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Special
from indexcalc.report.rulebook.words.names import name_of
from indexcalc.report.rulebook.words.ranks import coverage_words, rank_words
from indexcalc.report.rulebook.words.text import LANGUAGES, Text, index_name, joined, listed, t
from indexcalc.report.rulebook.words.values import dated, special, value, within_words

EVERYTHING: Final = Text("every security", "모든 종목")
_COMPARED: Final = {
    "equals": ("its {field} is {value}", "{field}이(가) {value}"),
    "min": ("its {field} is at least {value}", "{field}이(가) {value} 이상"),
    "max": ("its {field} is at most {value}", "{field}이(가) {value} 이하"),
    "above": ("its {field} is above {value}", "{field}이(가) {value} 초과"),
    "below": ("its {field} is below {value}", "{field}이(가) {value} 미만"),
}
_LISTED: Final = {
    "in": ("its {field} is {labels}", "{field}이(가) {labels} 중 하나", "or"),
    "not_in": ("its {field} is not {labels}", "{field}이(가) {labels}이(가) 아닌 종목", "or"),
    "none_of": ("it has no {field} as {labels}", "{labels} {field}이(가) 없는 종목", "or"),
}
_FLAG_VALUES: Final = {
    "true": Text("it is marked {field}", "{field} 해당"),
    "false": Text("it is not marked {field}", "{field} 비해당"),
}
_FLAGS: Final = {
    "existing": Text("it is an existing constituent", "기존 구성종목"),
    "transferred": Text("it moved from another market", "이전상장 종목"),
    "demerged": Text("it was created by a demerger", "분할신설 종목"),
    "merged": Text("it was listed by a merger", "합병으로 상장된 종목"),
}
_AMONG: Final = {
    "eligible": Text("among all eligible securities", "적격종목 중"),
    "remaining": Text("among the securities that remain", "남은 종목 중"),
    "existing": Text("among the existing constituents", "기존 구성종목 중"),
}
_GROUP_FIELDS: Final = {
    "existing_count": Text("number of existing constituents", "기존 구성종목 수"),
    "screened_count": Text("number of screened securities", "심사대상 종목 수"),
    "joining_count": Text("number of securities that join", "신규 편입 종목 수"),
}


def condition(held: c.AllOf | Dated[c.AllOf] | Special | None) -> Text:
    """A whole condition, as clauses about one security (``it``)."""
    if held is None:
        return EVERYTHING
    if isinstance(held, Special):
        return special(held)
    if isinstance(held, Dated):
        return dated(held, condition)
    if not held.parts:
        return EVERYTHING
    parts = [_part(part) for part in held.parts]
    if len(parts) < 2:
        return joined(parts)
    return joined([joined(parts[:-1], "; ", "; "), parts[-1]], "; and ", "; ")


def _part(part: c.Part) -> Text:
    if isinstance(part, c.Field):
        return _field(part, name_of(part.name))
    if isinstance(part, c.GroupTests):
        if _no_member_in_group(part):
            return Text(
                "there is no existing constituent (in its group)",
                "(소속 그룹에) 기존 구성종목이 없음",
            )
        fields = [_field(f, _GROUP_FIELDS.get(f.name, name_of(f.name))) for f in part.fields]
        tests = joined(
            [Text(text.en.replace("its ", "the ", 1), text.ko) for text in fields], "; and "
        )
        words = "in its group {tests}"
        if tests.en.startswith("the share of all "):
            words, tests = "its group's {tests}", Text(tests.en.removeprefix("the "), tests.ko)
        return t(words, "소속 그룹의 {tests}", tests=tests)
    if isinstance(part, c.Status):
        return (
            Text("it is an existing constituent", "기존 구성종목")
            if part.status == "existing"
            else Text("it is not a constituent yet", "신규 종목")
        )
    if isinstance(part, c.MemberOf):
        after = part.when == "after"
        return t(
            "it is a constituent of {index}" + (" after that index's review" if after else ""),
            "{index} 구성종목" + ("(해당 지수 변경 후)" if after else ""),
            index=index_name(part.index),
        )
    if isinstance(part, c.AnyOf):
        return _either([_in_one(condition(item)) for item in part.conditions])
    if isinstance(part, c.Not):
        return t(
            "it is not the case that {inner}",
            "다음에 해당하지 않음: {inner}",
            inner=condition(part.condition),
        )
    if isinstance(part, c.Was):
        return t(
            "at the review before, {inner}",
            "직전 심사에서 {inner}",
            inner=condition(part.condition),
        )
    return condition(part.conditions)


def _no_member_in_group(part: c.GroupTests) -> bool:
    """Does it ask for a group without any existing constituent?"""
    if len(part.fields) != 1 or part.fields[0].name != "existing_count":
        return False
    tests = part.fields[0].tests
    if not tests.is_constant or isinstance(tests.value, Special):
        return False
    return all(
        isinstance(test, c.Compare) and test.op == "below" and value(test.value).en == "1"
        for test in tests.value
    )


def _either(each: list[Text]) -> Text:
    """Alternatives; with letters where one of them has several clauses."""
    if not any(mark in text.ko for text in each for mark in (", ", "; ")):
        options = joined(each, ", or ", " 또는 ")
        return t("either {options}", "다음 중 하나: {options}", options=options)
    lettered = [
        Text(f"({letter}) {text.en}", f"{sign} {text.ko}")
        for letter, sign, text in zip("abcdefgh", "㉠㉡㉢㉣㉤㉥㉦㉧", each, strict=False)
    ]
    options = joined(lettered, ", or ", ", 또는 ")
    return t("either {options}", "다음 중 하나: {options}", options=options)


def _field(field: c.Field, name: Text) -> Text:
    return dated(field.tests, lambda tests: joined([_test(x, name) for x in tests], ", and ", ", "))


def _test(test: c.AnyTest, field: Text) -> Text:
    words = _compared_among(test, field)
    if test.within is not None:
        within = dated(test.within, within_words)
        words = t("{words}, {within}", "{within} {words}", words=words, within=within)
    if test.for_reviews != 1:
        words = t(
            "{words}, at {n} reviews in a row",
            "{n}회 연속 {words}",
            words=words,
            n=str(test.for_reviews),
        )
    if test.unless is not None:
        words = t(
            "{words}, unless {unless}",
            "{words}(예외: {unless})",
            words=words,
            unless=dated(test.unless, _unless),
        )
    return words


def _compared_among(test: c.AnyTest, field: Text) -> Text:
    """A test of a field, and among whom it is ranked or summed up."""
    if test.among is None:
        return _bare(test, field)
    among = _among(test.among)
    if isinstance(test, c.Compare):
        words = _bare(test, field)
        if test.among.kind == "existing" and "smallest existing constituent" in words.en:
            return words  # says among whom
        return t("{words} {among}", "{among} {words}", words=words, among=among)
    words = _bare(test, t("{field} {among}", "{field}", field=field, among=among))
    return t("{words}", "{among} {words}", words=words, among=among)


def _bare(test: c.AnyTest, field: Text) -> Text:
    if isinstance(test, c.Compare):
        flag = _FLAG_VALUES.get(value(test.value).en) if test.op == "equals" else None
        if flag is not None:
            return t(flag.en, flag.ko, field=field)
        en, ko = _COMPARED[test.op]
        return t(en, ko, field=field, value=value(test.value))
    if isinstance(test, c.OneOf):
        en, ko, word = _LISTED[test.op]
        labels = dated(test.labels, lambda held: listed([value(x) for x in held], word))
        if test.op == "in" and all(len(held) == 1 for held in test.labels.values):
            en, ko = _COMPARED["equals"]
            return t(en, ko, field=field, value=labels)
        return t(en, ko, field=field, labels=labels)
    if isinstance(test, c.Rank):
        return rank_words(test, field)
    if isinstance(test, c.Coverage):
        return coverage_words(test, field)
    bounds = [
        (word, getattr(test, name))
        for name, word in (("min", "min"), ("max", "max"), ("above", "above"), ("below", "below"))
        if getattr(test, name) is not None
    ]
    share = t("share of all {field}", "전체 {field} 대비 비중", field=field)
    return joined(
        [t(*_COMPARED[word], field=share, value=value(held)) for word, held in bounds], " and "
    )


def _among(among: c.Among) -> Text:
    if among.kind == "index":
        return t(
            "among the constituents of {index}",
            "{index} 구성종목 중",
            index=index_name(among.index),
        )
    if among.kind == "condition":
        return t(
            "(among {inner})",
            "다음 종목 중({inner})",
            inner=_in_one(securities(among.condition)),
        )
    return _AMONG[among.kind]


_RELATIVE: Final = (
    ("it ranks ", "that rank "),
    ("it is one of the largest", "that are among the largest"),
    ("it is an existing constituent", "that are existing constituents"),
    ("it is not a constituent yet", "that are not constituents yet"),
    ("it is a constituent of", "that are constituents of"),
    ("it has no ", "that have no "),
    ("it is marked ", "that are marked "),
    ("it is not marked ", "that are not marked "),
    ("its ", "whose "),
    ("in its group ", "in whose group "),
    ("either ", "for which either "),
    ("the cumulative share", "for which the cumulative share"),
    ("at the review before", "for which at the review before"),
)
"""How a clause about one security (``it``) begins, and how it begins behind ``securities``."""


def securities(held: c.AllOf | Dated[c.AllOf] | Special | None) -> Text:
    """The securities that meet a condition, to be counted, added or taken out: ``securities that rank
    within the first 60 by “size”``; in Korean as ``condition`` says it."""
    if isinstance(held, Dated):
        return dated(held, securities)
    whole = condition(held)
    if not isinstance(held, c.AllOf) or not held.parts:
        return whole if isinstance(held, Special) else Text("all securities", whole.ko)
    *head, last = [
        f"other than {securities(part.condition).en.replace('securities', 'those', 1)}"
        if isinstance(part, c.Not)
        else _behind(_part(part).en)
        for part in held.parts
    ]
    en = f"{'; '.join(head)}; and {last}" if head else last
    return Text(f"securities {en}", whole.ko)


def _behind(clause: str) -> str:
    """A clause about one security as it stands behind ``securities``."""
    mark = "\x01" if clause.startswith("\x01") else ""
    bare = clause.removeprefix(mark)
    for alone, after in _RELATIVE:
        if bare.startswith(alone):
            return f"{mark}{after}{bare.removeprefix(alone)}"
    return f"{mark}for which {bare}"


def _unless(unless: c.Unless) -> Text:
    parts = [_FLAGS[flag] for flag in unless.flags]
    parts += [_in_one(condition(item)) for item in unless.conditions]
    return joined(parts, ", or ", " 또는 ")


def _in_one(text: Text) -> Text:
    """Several clauses as one of a row of alternatives; the history of a value stays as it is."""

    def row(words: str) -> str:
        return words if words.startswith("\x02") else _row(words)

    en, ko = (
        "".join(row(part) for part in re.split("(\x02[^\x03]*\x03)", text[language]))
        for language in LANGUAGES
    )
    return Text(en, ko)


def _row(words: str) -> str:
    return words.replace("; and ", " and ").replace("; ", ", ")
