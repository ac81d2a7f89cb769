"""Kinds of single values: text, words, numbers, shares, durations, dates, symbols."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from indexcalc.methodology.reading.reader import At, Bad, ScalarKind, Schema, did_you_mean
from indexcalc.methodology.reading.yaml import Scalar
from indexcalc.methodology.values import values
from indexcalc.methodology.values.currencies import CURRENCIES, meant
from indexcalc.methodology.values.date_phrases import (
    DatePhrase,
    NamedDate,
    PhraseError,
    parse_phrase,
)

DATE_PATTERN = r"^\d{4}-\d{2}-\d{2}$"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Text(ScalarKind, eq=False):
    """Any text; with ``pattern`` only matching text."""

    wanted: str = "text"
    pattern: str = ""
    hint: str = ""
    code: str = "RUL008"

    def parse(self, node: Scalar, at: At) -> str | Bad:
        if self.pattern and not re.fullmatch(self.pattern, node.text, re.ASCII):
            return at.refuse(self.code, f"`{node.text}` is not {self.wanted}", node, self.hint)
        return node.text

    def schema(self) -> Schema:
        return (
            {"type": "string", "pattern": f"^(?:{self.pattern})$"}
            if self.pattern
            else {"type": ["string", "number", "boolean"]}
        )


class Currency(ScalarKind, eq=False):
    """The code of a currency, of ISO 4217 or withdrawn from it."""

    @property
    def wanted(self) -> str:  # type: ignore[override]
        return "a currency such as KRW"

    def parse(self, node: Scalar, at: At) -> str | Bad:
        if node.text in CURRENCIES:
            return node.text
        close = meant(node.text)
        hint = f"did you mean `{close}`?" if close else "a code of ISO 4217, such as KRW or USD"
        return at.refuse("RUL008", f"`{node.text}` is not {self.wanted}", node, hint)

    def schema(self) -> Schema:
        return {"type": "string", "pattern": "^(?:[A-Z]{3})$"}


class Word(ScalarKind, eq=False):
    """One of a closed set of words."""

    words: tuple[str, ...]

    @property
    def wanted(self) -> str:  # type: ignore[override]
        return " or ".join(self.words)

    @property
    def own_none(self) -> bool:  # type: ignore[override]
        return "none" in self.words

    def parse(self, node: Scalar, at: At) -> str | Bad:
        if node.text in self.words:
            return node.text
        return at.refuse(
            "RUL004",
            f"`{node.text}` is not known here",
            node,
            did_you_mean(node.text, self.words),
        )

    def schema(self) -> Schema:
        return {"enum": list(self.words)}


class Bool(ScalarKind):
    """``true`` or ``false``."""

    wanted = "true or false"

    def parse(self, node: Scalar, at: At) -> bool | Bad:
        if node.text in ("true", "false") and not node.quoted:
            return node.text == "true"
        return at.refuse(
            "RUL004", f"`{node.text}` is neither true nor false", node, "true or false"
        )

    def schema(self) -> Schema:
        return {"type": "boolean"}


class WholeNumber(ScalarKind, eq=False):
    """A whole number within bounds, as ``int``."""

    least: int = 0
    most: int | None = None
    wanted: str = "a whole number"
    code: str = "RUL005"

    def parse(self, node: Scalar, at: At) -> int | Bad:
        number = values.as_number(node.text)
        if not number.is_whole:
            return at.refuse("RUL005", f"`{node.text}` is not a whole number", node)
        whole = int(number)
        if whole < self.least or (self.most is not None and whole > self.most):
            allowed = (
                f"{self.least} or more" if self.most is None else f"{self.least} to {self.most}"
            )
            return at.refuse("RUL011", f"`{node.text}` is out of range", node, allowed)
        return whole

    def schema(self) -> Schema:
        bounds: Schema = {"type": "integer", "minimum": self.least}
        if self.most is not None:
            bounds["maximum"] = self.most
        return bounds


class Exact(ScalarKind, eq=False):
    """A number, exact (``values.Number``)."""

    positive: bool = False
    wanted: str = "a number"
    code: str = "RUL005"

    def parse(self, node: Scalar, at: At) -> values.Number | Bad:
        number = values.as_number(node.text)
        if self.positive and number.exact <= 0:
            return at.refuse(
                "RUL011", f"`{node.text}` is not above zero", node, "a number above 0, such as 100"
            )
        return number

    def schema(self) -> Schema:
        return {"type": "number"}


class ShareKind(ScalarKind, eq=False):
    """A part of one (``values.Share``): ``30%``, ``0.30``, ``1/3``; never a bare ``30``."""

    at_most_one: bool = True
    positive: bool = False
    wanted: str = "a share such as 30%"
    code: str = "RUL006"

    def parse(self, node: Scalar, at: At) -> values.Share | Bad:
        share = values.as_share(node.text, at_most_one=self.at_most_one)
        if self.positive and share.exact == 0:
            return at.refuse(
                "RUL011", f"`{node.text}` is not above zero", node, "a share above 0, such as 30%"
            )
        return share

    def schema(self) -> Schema:
        return {
            "type": ["string", "number"],
            "pattern": r"^\d+(\.\d+)? ?%$|^\d+ ?/ ?\d+$",
            "minimum": 0,
            "maximum": 1,
        }


class DurationKind(ScalarKind, eq=False):
    """``15 sessions``, ``6 calendar months`` (``values.Duration``)."""

    units: tuple[str, ...] = ("sessions", "days", "months", "calendar months", "years")
    least: int = 1
    wanted: str = "a duration such as 15 sessions"
    code: str = "RUL007"

    def parse(self, node: Scalar, at: At) -> values.Duration | Bad:
        duration = values.as_duration(node.text)
        if duration.unit not in self.units:
            return at.refuse("RUL007", f"`{node.text}` is not in {' or '.join(self.units)}", node)
        if duration.n < self.least:
            return at.refuse(
                "RUL011", f"`{node.text}` is out of range", node, f"{self.least} or more"
            )
        return duration

    def schema(self) -> Schema:
        return {
            "type": "string",
            "pattern": r"^\d+ (sessions?|days?|months?|calendar months?|years?)$",
        }


class PointsKind(ScalarKind, eq=False):
    """``5 points``."""

    wanted: str = "a number of points such as 5 points"

    def parse(self, node: Scalar, at: At) -> values.Points:
        return values.as_points(node.text)

    def schema(self) -> Schema:
        return {"type": "string", "pattern": r"^\d+(\.\d+)? points?$"}


class Date(ScalarKind):
    """A date ``2020-06-12``."""

    wanted = "a date such as 2020-06-12"

    def parse(self, node: Scalar, at: At) -> dt.date | Bad:
        return read_date(node, at)

    def schema(self) -> Schema:
        return {"type": "string", "pattern": DATE_PATTERN}


class Phrase(ScalarKind, eq=False):
    """A date phrase (``phrases.DatePhrase``); ``known`` names the days its place has."""

    known: tuple[str, ...] = ("effective", "cutoff", "announcement", "pricing")
    wanted: str = "a date phrase such as 2nd thursday"

    def parse(self, node: Scalar, at: At) -> DatePhrase | Bad:
        try:
            phrase = parse_phrase(node.text)
        except PhraseError as error:
            return at.refuse("DTE004", str(error), node, error.hint)
        anchor = phrase.anchor
        if isinstance(anchor, NamedDate):
            at.reading.date_names.append(at.mention(anchor.name, node))
        name = getattr(anchor, "name", "")
        if not isinstance(anchor, NamedDate) and name and name not in self.known:
            return at.refuse(
                "DTE011",
                f"there is no `{name}` day here",
                node,
                "known here: " + (", ".join(self.known) or "none; name a day of the month"),
            )
        at.reading.phrases.append((phrase, at.mention(node.text, node)))
        return phrase

    def schema(self) -> Schema:
        return {"type": "string"}


class Custom(ScalarKind, eq=False):
    """A scalar read by a function that raises UnreadableText."""

    parser: Callable[[str], Any]
    wanted: str
    code: str = "RUL008"
    pattern: str = ""

    def parse(self, node: Scalar, at: At) -> Any:
        return self.parser(node.text)

    def schema(self) -> Schema:
        return {"type": "string", "pattern": self.pattern} if self.pattern else {"type": "string"}


class Symbol(ScalarKind):
    """A symbol: text, and quoted where a YAML reader would see a number."""

    wanted = 'a symbol such as "005930"'

    def parse(self, node: Scalar, at: At) -> str | Bad:
        if not node.quoted and values.number_like(node.text):
            return at.refuse(
                "RUL009", f"the symbol {node.text} is not quoted", node, f'write "{node.text}"'
            )
        return node.text

    def schema(self) -> Schema:
        return {"type": "string"}


def read_date(node: Scalar, at: At) -> dt.date | Bad:
    """The date of a scalar, or BAD after a finding."""
    if _DATE.fullmatch(node.text):
        try:
            return dt.date.fromisoformat(node.text)
        except ValueError:
            return at.refuse(
                "DTE001", f"{node.text} is not a date of the calendar", node, "check month and day"
            )
    return at.refuse(
        "DTE001", f"`{node.text}` is not a date", node, "year, month and day, such as 2020-06-12"
    )
