"""A rule with other caps: its own cap of the same kind gives way, everything else stays."""

from __future__ import annotations

from fractions import Fraction

from indexcalc.analysis.sweep.points import Limit, Point
from indexcalc.methodology.model.caps.cap import Cap, Check
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.methodology.values.dated import BEGINNING, Dated
from indexcalc.methodology.values.values import Share, Special

_WHOLE = Share(Fraction(1), "100%")


def with_limits(weighting: Weighting, point: Point) -> Weighting:
    """``weighting`` with the limits of a point in the place of its own limits of the same ``per``.

    Only caps of the form ``limit`` give way: ladders, sets and factors stay, as do caps per something
    else.  A cap that gives way leaves its place in the order, its ``measured`` window and its ``test``
    behind; where a rule has had it for some years only, the new limit has them for all.  A new limit
    comes before the rule's other caps.  Checks of the same ``per`` are those of the old limit and go.
    """
    pers = [limit.per for limit in point.limits]
    caps = [
        (
            date,
            _caps(() if isinstance(items, Special) else items, weighting.caps.values, point.limits),
        )
        for date, items in weighting.caps.entries
    ]
    checks = [
        (date, items if isinstance(items, Special) else _checks(items, pers))
        for date, items in weighting.check.entries
    ]
    if not weighting.caps.is_constant:
        # Before its first date a dated list is unknown; the limits of a sweep hold throughout.
        caps = [(BEGINNING, _caps((), weighting.caps.values, point.limits)), *caps]
    return weighting.changed(caps=Dated(tuple(caps)), check=Dated(tuple(checks)))


def never_binding(weighting: Weighting, point: Point) -> Weighting:
    """``weighting`` with limits of 100 %: weighed like every point of the sweep, capped by none."""
    whole = tuple(Limit(limit.per, _WHOLE) for limit in point.limits)
    return with_limits(weighting, Point(point.label, whole))


def _caps(
    own: tuple[Cap, ...], ever: tuple[tuple[Cap, ...], ...], limits: tuple[Limit, ...]
) -> tuple[Cap, ...]:
    caps = list(own)
    for limit in reversed(limits):
        positions = [position for position, cap in enumerate(caps) if _gives_way(cap, limit.per)]
        like = [cap for items in ever for cap in items if _gives_way(cap, limit.per)]
        pattern = caps[positions[0]] if positions else like[-1] if like else None
        at = positions[0] if positions else 0
        for position in reversed(positions):
            del caps[position]
        if limit.share is not None:
            caps.insert(at, _cap(limit.per, limit.share, pattern))
    return tuple(caps)


def _gives_way(cap: Cap, per: str) -> bool:
    return cap.per == per and cap.form == "limit"


def _cap(per: str, share: Share, pattern: Cap | None) -> Cap:
    if pattern is None:
        return Cap(per=per, limit=Dated.constant(share), path=f"weighting.caps[{per}]")
    return Cap(
        per=per,
        limit=Dated.constant(share),
        measured=pattern.measured,
        test=pattern.test,
        path=pattern.path,
        line=pattern.line,
    )


def _checks(own: tuple[Check, ...], pers: list[str]) -> tuple[Check, ...]:
    return tuple(check for check in own if check.per not in pers or check.limit is None)
