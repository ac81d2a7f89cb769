"""Exact values as a rule writes them: shares, numbers, durations, ranks, each with its text.

Everything is kept rational, so that ``1/3`` stays a third and ``0.1`` a tenth; ``float(value)``
is the one place where a double is made.  ``repr`` and ``str`` give the text as written.
"""

from __future__ import annotations

import enum
import re
from fractions import Fraction
from typing import Final, Generic, Literal, TypeVar

from msgspec import Struct
from msgspec.structs import asdict

T_co = TypeVar("T_co", covariant=True)

Unit = Literal["sessions", "days", "months", "calendar months", "years"]
PercentBase = Literal["existing", "remaining", "eligible", "selected", "count"]
PERCENT_BASES: Final[tuple[PercentBase, ...]] = (
    "existing",
    "remaining",
    "eligible",
    "selected",
    "count",
)


class Special(enum.Enum):
    """The two words any dated value may hold beside its own."""

    NONE = "none"
    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return self.name


NONE: Final = Special.NONE
UNKNOWN: Final = Special.UNKNOWN


class Written(Struct, frozen=True, eq=False):
    """What was written in a rule: shown as its field ``text``; equal where all others are."""

    def __str__(self) -> str:
        return str(asdict(self)["text"])

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._meaning() == other._meaning()

    def __hash__(self) -> int:
        return hash(self._meaning())

    def _meaning(self) -> tuple[object, ...]:
        return tuple(value for name, value in asdict(self).items() if name != "text")


class Number(Written, frozen=True, eq=False):
    """A plain number, exact."""

    exact: Fraction
    text: str

    def __float__(self) -> float:
        return float(self.exact)

    @property
    def is_whole(self) -> bool:
        """Is it an integer?"""
        return self.exact.denominator == 1

    def __int__(self) -> int:
        if not self.is_whole:
            raise ValueError(f"{self.text} is not a whole number")
        return self.exact.numerator


class Share(Written, frozen=True, eq=False):
    """A part of one: ``30%``, ``0.30`` or ``1/3``; ``exact`` is a rational (3/10, 1/3)."""

    exact: Fraction
    text: str

    def __float__(self) -> float:
        return float(self.exact)


class Points(Written, frozen=True, eq=False):
    """``5 points``: percentage points of a share, or points of a level, as its place says."""

    exact: Fraction
    text: str

    def __float__(self) -> float:
        return float(self.exact)


class Duration(Written, frozen=True, eq=False):
    """A span of time: ``15 sessions``, ``6 calendar months``, ``3 years``."""

    n: int
    unit: Unit
    text: str


class PercentOf(Written, frozen=True, eq=False):
    """``110% of existing``: a share of a count of names."""

    share: Fraction
    of: PercentBase
    text: str


class MeasureAtRank(Written, frozen=True, eq=False):
    """``50% of recent_size at rank 50``: a share of what the name at a rank has of a measure.

    ``rank``: a Share for ``size at coverage 94%``, the name with which that share is first reached;
    ``share_cap``: ``... at coverage 94% capped at 10%``, no name counting for more in the cumulation.
    """

    share: Fraction
    measure: str
    rank: Number | PercentOf | Share
    text: str
    share_cap: Share | None = None


class RankPoints(Written, frozen=True, eq=False):
    """``rank 1000 + 2.5 points``: the coverage reached at a rank, moved by percentage points."""

    rank: Number
    points: Fraction
    text: str


class Flag(Written, frozen=True, eq=False):
    """``true`` or ``false``."""

    value: bool
    text: str

    def __bool__(self) -> bool:
        return self.value


class Label(Struct, frozen=True):
    """A word or text: a sector, a symbol, a share class."""

    text: str

    def __str__(self) -> str:
        return self.text


Value = Number | Share | Points | Duration | PercentOf | MeasureAtRank | RankPoints | Flag | Label


class ByStatus(Struct, Generic[T_co], frozen=True):
    """A value for names that are in the index already and one for those that are new."""

    existing: T_co
    new: T_co

    @property
    def same(self) -> bool:
        """Do both say the same?"""
        return self.existing is self.new or self.existing == self.new


class UnreadableText(ValueError):
    """A text is not a value of the kind its place asks for; ``hint``: what would be."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


DURATIONS: Final = "write N sessions, N days, N months, N calendar months or N years"
_NUMBER = r"[+-]?(?:\d+(?:_\d+)*)(?:\.\d+)?(?:[eE][+-]?\d{1,2})?"
_PERCENT = rf"(?a)({_NUMBER}) ?%"
_RATIO = r"(?a)([+-]?\d{1,18}) ?/ ?(\d{1,18})"
_POINTS = rf"(?a)({_NUMBER}) points?"
_DURATION = r"(?a)(\d{1,6}) (session|day|calendar month|month|year)(s?)"
_PERCENT_OF = rf"(?a)({_NUMBER}) ?% of ({'|'.join(PERCENT_BASES)})"
_AT_RANK = rf"(?a)(?:({_NUMBER}) ?% of )?([A-Za-z_]\w*) at (rank|coverage) (.+)"
_AT_PLACE = r" at (rank|coverage) "
_RANK_POINTS = rf"(?a)rank (\d{{1,9}}) ([+-]) ({_NUMBER}) points?"
_LONGEST = 60


def number_like(text: str) -> bool:
    """Would a YAML reader take this text as a number (``005930``, ``1e3``, ``0x1F``)?"""
    return bool(
        re.fullmatch(_NUMBER, text) or re.fullmatch(r"0[xX][0-9a-fA-F]+|0o?[0-7]+|\d+\.", text)
    )


def as_number(text: str) -> Number:
    """``200``, ``44.06``, ``75_000_000_000``, ``1e9``; UnreadableText otherwise."""
    exact = _exact(text)
    if exact is not None:
        return Number(exact, text)
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        raise UnreadableText(f"`{text}` is not a number", text.replace(",", "_"))
    raise UnreadableText(f"`{text}` is not a number")


def as_share(text: str, *, at_most_one: bool = True) -> Share:
    """``30%``, ``0.30``, ``1/3``; UnreadableText for a bare ``30`` (hint ``30%``), negatives, above one."""
    exact: Fraction | None
    if match := re.fullmatch(_PERCENT, text):
        exact = _exact(match[1])
        exact = None if exact is None else exact / 100
    elif match := re.fullmatch(_RATIO, text):
        exact = None if int(match[2]) == 0 else Fraction(int(match[1]), int(match[2]))
    else:
        exact = _exact(text)
        if exact is not None and exact != 0 and "." not in text:
            raise UnreadableText(f"a bare `{text}` is not a share", f"{text}%")
    if exact is None:
        raise UnreadableText(f"`{text}` is not a share", "write 30%, 0.30 or 1/3")
    if exact < 0:
        raise UnreadableText(f"the share `{text}` is negative")
    if at_most_one and exact > 1:
        hint = f"{text}%" if "%" not in text and "/" not in text else "a share is at most 100%"
        raise UnreadableText(f"the share `{text}` is above 100 %", hint)
    return Share(exact, text)


_CENTURY = 36_525
_DAYS_OF = {"sessions": 1, "days": 1, "months": 30, "calendar months": 30, "years": 365}


def as_duration(text: str) -> Duration:
    """``15 sessions``, ``6 calendar months``; UnreadableText otherwise, and beyond a century."""
    match = re.fullmatch(_DURATION, text)
    if match is None:
        raise UnreadableText(
            f"`{text}` is not a duration",
            DURATIONS,
        )
    unit: Unit = match[2] + "s"  # type: ignore[assignment]
    if int(match[1]) * _DAYS_OF[unit] > _CENTURY:
        raise UnreadableText(f"`{text}` is longer than a hundred years", DURATIONS)
    return Duration(int(match[1]), unit, text)


def as_points(text: str) -> Points:
    """``5 points``; UnreadableText otherwise."""
    match = re.fullmatch(_POINTS, text)
    exact = None if match is None else _exact(match[1])
    if exact is None:
        raise UnreadableText(f"`{text}` is not a number of points", "write 5 points")
    return Points(exact, text)


def as_percent_of(text: str) -> PercentOf:
    """``110% of existing``; UnreadableText otherwise."""
    match = re.fullmatch(_PERCENT_OF, text)
    exact = None if match is None else _exact(match[1])
    if match is None or exact is None:
        raise UnreadableText(
            f"`{text}` is not a share of a count",
            "write N% of existing, remaining, eligible, selected or count",
        )
    if exact < 0:
        raise UnreadableText(f"`{text}` is negative")
    base: PercentBase = match[2]  # type: ignore[assignment]
    return PercentOf(exact / 100, base, text)


def as_measure_at_rank(text: str) -> MeasureAtRank:
    """``[50% of] size at rank 50``, ``... at rank 80% of existing``, ``... at coverage 94%`` or
    ``... at coverage 94% capped at 10%``; UnreadableText otherwise."""
    match = re.fullmatch(_AT_RANK, text)
    share = None if match is None else _exact(match[1] or "100")
    if match is None or share is None:
        raise UnreadableText(f"`{text}` is not a measure at a rank", "write 50% of size at rank 50")
    rank: Number | PercentOf | Share
    share_cap: Share | None = None
    if match[3] == "coverage":
        reached, capped, most = match[4].partition(" capped at ")
        rank, share_cap = as_share(reached), as_share(most) if capped else None
    elif "%" in match[4]:
        rank = as_percent_of(match[4])
    else:
        rank = as_number(match[4])
        if not rank.is_whole or rank.exact < 1:
            raise UnreadableText(f"`{match[4]}` is not a rank", "ranks are 1, 2, 3 ...")
    if share_cap is not None and share_cap.exact == 0:
        raise UnreadableText("no name counts for anything at a cap of 0 %", "write capped at 10%")
    return MeasureAtRank(share / 100, match[2], rank, text, share_cap)


def as_rank_points(text: str) -> RankPoints:
    """``rank 1000 + 2.5 points``; UnreadableText otherwise."""
    match = re.fullmatch(_RANK_POINTS, text)
    points = None if match is None else _exact(match[3])
    if match is None or points is None:
        raise UnreadableText(f"`{text}` is not a rank with points", "write rank 1000 + 2.5 points")
    signed = points if match[2] == "+" else -points
    return RankPoints(Number(Fraction(int(match[1])), match[1]), signed, text)


def as_value(text: str, *, quoted: bool = False) -> Value:
    """The value a text stands for; what is none of the others is a label, quoted text always.

    Raises UnreadableText for a text that begins like a value and is none (``110% of exisitng``).
    """
    if quoted or len(text) > _LONGEST or not text:
        return Label(text)
    if text in ("true", "false"):
        return Flag(text == "true", text)
    if text[0] in "+-0123456789":
        if (exact := _exact(text)) is not None:
            return Number(exact, text)
        if "%" in text:
            if re.search(_AT_PLACE, text):
                return as_measure_at_rank(text)
            return as_percent_of(text) if " of " in text else as_share(text, at_most_one=False)
        if re.fullmatch(_RATIO, text):
            return as_share(text, at_most_one=False)
        if re.fullmatch(_DURATION, text):
            return as_duration(text)
        if re.fullmatch(_POINTS, text):
            return as_points(text)
        return Label(text)
    if text.startswith("rank ") and "point" in text:
        return as_rank_points(text)
    if re.search(_AT_PLACE, text):
        return as_measure_at_rank(text)
    return Label(text)


def _exact(text: str) -> Fraction | None:
    if len(text) > _LONGEST or not text.isascii() or not re.fullmatch(_NUMBER, text):
        return None
    return Fraction(text)
