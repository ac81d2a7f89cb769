"""Why a name is in or out, as a page says it: the details of the decision ledger in English and Korean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from indexcalc.report.rulebook.words.names import FIELDS, LABELS, SECTORS, USUAL
from indexcalc.report.rulebook.words.text import Text
from indexcalc.report.run_report.language import kind_in_words, readable
from indexcalc.report.run_report.numbers import NONE, PER_CENT, percent, plain, whole
from indexcalc.report.run_report.reasons.shapes import SHAPES

_LEDGER: Mapping[str, Text] = {
    "existing": Text("existing", "기존"),
    "new": Text("new", "신규"),
    "preferred": Text("preferred", "우선"),
    "float": Text("float", "유동비율을"),
    "capping": Text("capping", "CAP 비율을"),
    "rank": Text("rank", "순위"),
    "coverage": Text("cumulative share", "누적 비중"),
    "share": Text("share", "비중"),
    "delisting": Text("delisting", "상장폐지"),
    "merger": Text("merger", "합병"),
    "tender": Text("tender offer", "공개매수"),
    "bankruptcy": Text("bankruptcy", "파산"),
    "with its issuer": Text("with its issuer", "(발행회사 합산)"),
    "from the reserve": Text("from the reserve", "(예비종목)"),
    "administrative": Text("administrative", "관리종목"),
    "true": Text("yes", "해당"),
    "false": Text("no", "비해당"),
}
"""Words of the ledger that mean something else than the same words of a rule."""
_SIGNS = {
    ">=": ("at least {bound}", "{bound} 이상"),
    "<=": ("at most {bound}", "{bound} 이하"),
    ">": ("above {bound}", "{bound} 초과"),
    "<": ("below {bound}", "{bound} 미만"),
    "=": ("is {bound}", "{bound}"),
}
_UNITS = ((r"(\d+) calendar months?", r"\1개월"), (r"(\d+) sessions?", r"\1거래일"))
_ONE = re.compile(r"\b1 (name|group)s\b")
_AT_A_PLACE = re.compile(
    r"(?:(?P<share>[\d.]+%) of )?(?P<name>[a-z_]+) at (?P<kind>rank|coverage) (?P<place>.+)"
)
_COMPILED = tuple((re.compile(pattern), en, ko) for pattern, en, ko in SHAPES)
_NOTHING: Mapping[str, Mapping[str, str]] = MappingProxyType({})
OwnWords = Mapping[str, Mapping[str, str]]
"""What a rule says its own columns mean, by column and language."""


def in_words(detail: str, language: str, own: OwnWords = _NOTHING) -> str:
    """A detail of the ledger in a language; a shape that is not known stays as it is."""
    observed = re.fullmatch(r"(.*), (\d+ of \d+ sessions observed)", detail)
    if observed is not None:
        return f"{in_words(observed[1], language, own)}; {in_words(observed[2], language)}"
    return "; ".join(_clause(part, language, own) for part in detail.split("; "))


def _clause(text: str, language: str, own: OwnWords) -> str:
    for pattern, english, korean in _COMPILED:
        found = pattern.fullmatch(text)
        if found is not None:
            parts = {
                name: _WORDS[name](value or "", language, own)
                for name, value in found.groupdict().items()
            }
            if "sign" in parts:
                parts["sign"] = _SIGNS[parts["sign"]][language == "ko"].format(bound=parts["bound"])
            if language == "ko":
                return korean.format(**parts)
            return _ONE.sub(r"1 \1", english.format(**parts))
    return text


def named(text: str, language: str, own: OwnWords = _NOTHING) -> str:
    """A name of the ledger as a person says it: what the rule says it means, else the usual word."""
    meant = own.get(text, {})
    if meant:
        return meant.get(language) or meant.get("en") or text
    for table in (_LEDGER, FIELDS, LABELS, SECTORS, USUAL):
        if text in table:
            return table[text][language]
    return text.replace("_", " ")


def _limit(text: str, language: str, own: OwnWords) -> str:
    if re.fullmatch(r"[a-z_]+", text):
        return named(text, language, own)
    at = _AT_A_PLACE.fullmatch(text)
    if at is not None:
        return _at_a_place(at, language, own)
    text = re.sub(r"(?<=\d)%", PER_CENT, text)
    if language == "ko":
        for pattern, words in _UNITS:
            text = re.sub(pattern, words, text)
    return text


def _at_a_place(found: re.Match[str], language: str, own: OwnWords) -> str:
    """The value of the name at a rank or coverage, or a share of it."""
    name, place = named(found["name"], language, own), _limit(found["place"], language, own)
    share = re.sub("%", PER_CENT, found["share"] or "")
    if language != "ko":
        return f"{share} of the {name} at {found['kind']} {place}".removeprefix(" of ")
    words = {"rank": f"{place}위", "coverage": f"누적 비중 {place}"}[found["kind"]]
    if found["place"].endswith(" of existing"):
        words = f"기존 종목 수의 {place.removesuffix(' of existing')} 순위"
    return f"{words} 종목의 {name}" + (f"의 {share}" if share else "")


def _rest(text: str, language: str, own: OwnWords) -> str:
    if not text or text[0] not in " ,":
        return _clause(text, language, own)
    return f" {named(text.strip(), language, own)}"


def _as_it_is(text: str, _: str, __: OwnWords) -> str:
    return text


_WORDS: Mapping[str, Callable[[str, str, OwnWords], str]] = {
    "what": named,
    "first": named,
    "kind": named,
    "group": lambda text, language, _: readable(text, language),
    "bound": _limit,
    "n": _as_it_is,
    "day": _as_it_is,
    "other": _as_it_is,
    "sign": _as_it_is,
    "rest": _rest,
    "event": lambda text, language, _: kind_in_words(text, language),
    "existing": lambda text, language, _: (
        ("기존 종목 수의 " if language == "ko" else text) if text else ""
    ),
}


def figure(value: float, detail: str) -> str:
    """An observed value or a threshold: a share where the detail writes the latter in per cent, a
    count or an amount in whole numbers, anything else to four digits; a dash where there is none."""
    if not np.isfinite(value):
        return NONE
    if of_shares(detail):
        return percent(value)
    if value == int(value) or abs(value) >= 1000:
        return whole(value)
    return plain(value, max(0, 3 - int(np.floor(np.log10(abs(value))))))


def of_shares(detail: str) -> bool:
    """Are the figures beside a detail shares?  That of a rank is a place, however it is written."""
    return bool(
        re.search(
            r"(coverage|share).*, threshold [\d.]+%|[<>=] ?[\d.]+%|^held at its limit", detail
        )
    )


def of_places(detail: str) -> bool:
    """Are the figures beside a detail places in a ranking?"""
    return not of_shares(detail) and bool(re.search(r"\brank\b|^place by ", detail))
