"""The points of a sweep: limits as a person types them, one by one, as a range, as a grid of two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec import Struct

from indexcalc.diagnostics import UsageError
from indexcalc.methodology.values.values import Share, UnreadableText, as_share

UNCAPPED = "none"
MOST_POINTS = 100_000
CapLimit = str | float | Fraction | None


class Limit(Struct, frozen=True):
    """What one unit may weigh: ``per`` line (``security``), issuer or any group; None: no limit."""

    per: str
    share: Share | None

    @property
    def text(self) -> str:
        """The limit as typed, ``none`` for none."""
        return UNCAPPED if self.share is None else self.share.text


class Point(Struct, frozen=True):
    """One member of a sweep: its limits in order, and how tables call it (``cap``)."""

    label: str
    limits: tuple[Limit, ...]

    @property
    def uncapped(self) -> bool:
        """Is there no limit at all?"""
        return all(limit.share is None for limit in self.limits)


def percent_range(start: CapLimit, stop: CapLimit, step: CapLimit) -> tuple[str, ...]:
    """Shares from ``start`` to ``stop``, both in, exact: ``("10%", "11%", ...)``.

    Raises UsageError: a bound that is no share, a step that is not above zero, a stop below the start or
    between two steps.
    """
    low, high, by = (limit_of(value, "a range") for value in (start, stop, step))
    if low is None or high is None or by is None or by.exact <= 0 or low.exact > high.exact:
        raise UsageError.of(
            "RUL006",
            f"{start}:{stop}:{step} is no range",
            where="caps",
            hint="write start:stop:step, such as 10%:40%:1%",
        )
    if (high.exact - low.exact) / by.exact > MOST_POINTS:
        raise UsageError.of(
            "RUL006",
            f"{start}:{stop}:{step} has more than {MOST_POINTS:,} points",
            where="caps",
            hint="take larger steps",
        )
    steps, rest = divmod(high.exact - low.exact, by.exact)
    if rest:
        below = low.exact + steps * by.exact
        again = f"{start}:{_percent(below)}:{step}" if steps else start
        near = f"{_percent(below)} or {_percent(below + by.exact)}"
        raise UsageError.of(
            "RUL006",
            f"the steps of {start}:{stop}:{step} do not meet its end",
            where="caps",
            hint=f"end at {near}, or say the end as a limit of its own: {again},{stop}",
        )
    shares: list[str] = []
    at = low.exact
    while at <= high.exact:
        shares.append(_percent(at))
        at += by.exact
    return tuple(shares)


def limit_of(value: CapLimit, where: str) -> Share | None:
    """One limit: ``"30%"``, ``0.3``, ``1/3`` or a ``Fraction``; None or ``none`` for no limit.

    Raises UsageError where it is none of them, or not above zero.
    """
    if value is None or (isinstance(value, str) and value.strip() == UNCAPPED):
        return None
    text = str(value).strip()
    if isinstance(value, Fraction):
        text = f"{value.numerator}/{value.denominator}"
    try:
        share = as_share(text)
    except UnreadableText as refused:
        hint = "a share such as 30%, 0.3 or 1/3, or none"
        raise UsageError.of(
            "RUL006", f"`{text}` in {where}: {refused}", where="caps", hint=hint
        ) from None
    if share.exact <= 0:
        raise UsageError.of("RUL006", f"`{text}` in {where} is not above zero", where="caps")
    return share


def typed_limits(text: str) -> tuple[str, ...]:
    """Limits from the command line: ``30%``, a list ``15%,20%,none``, or a range ``10%:40%:1%``."""
    limits: list[str] = []
    for part in text.split(","):
        bounds = part.strip().split(":")
        if len(bounds) == 3:
            limits.extend(percent_range(bounds[0], bounds[1], bounds[2]))
        elif len(bounds) == 1 and bounds[0]:
            limit_of(bounds[0], "the caps")
            limits.append(bounds[0])
        else:
            raise UsageError.of(
                "RUL006",
                f"`{part}` is no limit",
                where="caps",
                hint="30%, or a range such as 10%:40%:1%",
            )
    return tuple(limits)


def points_of(
    caps: Iterable[CapLimit], per: str, also: Sequence[tuple[str, Iterable[CapLimit]]] = ()
) -> tuple[Point, ...]:
    """The points of a sweep over ``caps`` per ``per``, times every limit of ``also``.

    The uncapped point is there in any case, last where it was not asked for: everything is compared
    with it.  A point named twice is taken once.  Raises UsageError: what is no limit, or two
    limits per one thing.
    """
    pers = [per, *(other for other, _ in also)]
    for word in pers:
        if pers.count(word) > 1:
            hint = "what a second limit holds is another word, such as issuer or sector"
            raise UsageError.of(
                "RUL006",
                f"two limits per {word} at once: only one of them would act",
                where="caps",
                hint=hint,
            )
    grids = [(per, tuple(caps)), *((other, tuple(limits)) for other, limits in also)]
    rows: list[tuple[Limit, ...]] = [()]
    for word, limits in grids:
        rows = [
            (*row, Limit(word, limit_of(value, f"caps per {word}")))
            for row in rows
            for value in limits
        ]
    rows.append(tuple(Limit(word, None) for word, _ in grids))
    points: dict[str, Point] = {}
    for row in rows:
        point = Point(_label(row), row)
        points.setdefault(point.label, point)
    return tuple(points.values())


def _label(limits: Sequence[Limit]) -> str:
    if all(limit.share is None for limit in limits):
        return UNCAPPED
    first, *others = limits
    return " ".join([first.text, *(f"{limit.per}={limit.text}" for limit in others)])


def _percent(share: Fraction) -> str:
    percent = share * 100
    if percent.denominator == 1:
        return f"{percent.numerator}%"
    text = f"{float(percent):.10g}"
    return f"{text}%" if Fraction(text) == percent else f"{share.numerator}/{share.denominator}"
