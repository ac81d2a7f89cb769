"""Sums over the members of many variants at once, which differ in capping factors only.

Between two changes of the list a variant v holds ``c[i, v]`` times what the common run holds of line i.
Its value is then ``sum_i c[i, v] * a[i, t]``, with a the value of the common holding.  Lines whose factor
is 1 in every variant are added once.  For the others:

- *closed form*, where factors are those of one common limit: ``c[i, v] = k[v] / u[i]`` for the first
  ``n[v]`` lines in the order of u, and 1 for the rest.  With prefix sums P of a / u and suffix sums Q of
  a, the value is ``k[v] * P[n[v]] + Q[n[v]]``: two multiply-adds a variant and session, however many lines
  and variants there are.
- *in order*, for any factors: line by line, ascending.

Both add in a fixed order, so that the same variants give the same bits.  A separate run multiplies each
line by its factor and adds by ascending symbol: a product with a sum, and sums in the order of size, have
other last bits (at most 1e-12 of a level over decades; the published digits are the same).
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Floats, Ints
from indexcalc.market.ordered_sum import ordered_sum

# Factors of one limit are one number over the unit's value up to the last bits of either.
_SAME = 1e-14


class Sums(Struct, frozen=True):
    """Of one stretch of sessions, arrays (n_variants, n_sessions): ``value`` at the close, ``opening``
    at its start; ``squares`` of the lines' opening values and the ``largest`` of them, where asked for."""

    value: Floats
    opening: Floats
    squares: Floats | None
    largest: Floats | None
    closed: bool


class ClosedForm(Struct, frozen=True):
    """Factors (m, n_variants) as ``head[v] / unit[i]`` for the first ``count[v]`` of ``order``."""

    order: Ints
    unit: Floats
    head: Floats
    count: Ints


def closed_form(factors: Floats) -> ClosedForm | None:
    """The closed form of factors (m, n_variants), where they have one; no line is free in all."""
    capped = factors != 1.0
    count = np.count_nonzero(capped, axis=0)
    widest = int(np.argmax(count))
    if count[widest] != factors.shape[0] or not (factors[:, widest] > 0).all():
        return None
    order = np.argsort(factors[:, widest], kind="stable")
    if (capped[order] != (np.arange(order.size)[:, None] < count)).any():
        return None
    unit = 1.0 / factors[order, widest]
    scaled = factors[order] * unit[:, None]
    head = scaled[0]
    off = np.abs(scaled - head) > _SAME * head
    if (off & capped[order]).any():
        return None
    return ClosedForm(order, unit, head, count)


def variant_sums(value: Floats, opening: Floats, factors: Floats, full: bool) -> Sums:
    """Sums of the common holding under ``factors`` (n, n_variants).

    ``value``, ``opening`` (n, n_sessions): what it is worth at the close, at the start of the session.
    ``full``: with squares and largest.
    """
    free = (factors == 1.0).all(axis=1)
    moving = np.flatnonzero(~free)
    rest = [ordered_sum(value[free]), ordered_sum(opening[free])]
    if full:
        rest += [ordered_sum(opening[free] ** 2), _largest(opening[free])]
    form = closed_form(factors[moving]) if moving.size else None
    if moving.size == 0:
        sums = [np.repeat(row[None, :], factors.shape[1], axis=0) for row in rest]
    elif form is not None:
        sums = _closed(value[moving], opening[moving], form, rest, full)
    else:
        sums = _in_order(value[moving], opening[moving], factors[moving], rest, full)
    return Sums(
        sums[0],
        sums[1],
        sums[2] if full else None,
        sums[3] if full else None,
        moving.size == 0 or form is not None,
    )


def _closed(
    value: Floats, opening: Floats, form: ClosedForm, rest: list[Floats], full: bool
) -> list[Floats]:
    head, count = form.head[:, None], form.count
    parts = [
        (value, form.unit, rest[0], head),
        (opening, form.unit, rest[1], head),
    ]
    if full:
        parts.append((opening**2, form.unit**2, rest[2], head**2))
    sums: list[Floats] = []
    for lines, unit, others, scale in parts:
        ordered = lines[form.order]
        sums.append(scale * _before(ordered / unit[:, None])[count] + _from(ordered, others)[count])
    if full:
        ordered = opening[form.order]
        top = np.maximum.accumulate(ordered / form.unit[:, None], axis=0)
        top = np.concatenate((np.zeros((1, top.shape[1])), top))
        under = np.concatenate((ordered, rest[3][None, :]))
        under = np.maximum.accumulate(under[::-1], axis=0)[::-1]
        sums.append(np.maximum(head * top[count], under[count]))
    return sums


def _before(lines: Floats) -> Floats:
    """Row k: the sum of the first k rows (m + 1, n_sessions)."""
    return np.concatenate((np.zeros((1, lines.shape[1])), np.cumsum(lines, axis=0)))


def _from(lines: Floats, rest: Floats) -> Floats:
    """Row k: the rest and all rows from k on (m + 1, n_sessions), the rest first, the last row next."""
    return np.cumsum(np.concatenate((rest[None, :], lines[::-1])), axis=0)[::-1]


def _in_order(
    value: Floats, opening: Floats, factors: Floats, rest: list[Floats], full: bool
) -> list[Floats]:
    n = factors.shape[1]
    sums = [np.repeat(row[None, :], n, axis=0) for row in rest]
    for line in range(value.shape[0]):
        factor = factors[line][:, None]
        sums[0] += factor * value[line]
        holding = factor * opening[line]
        sums[1] += holding
        if full:
            sums[2] += holding**2
            np.maximum(sums[3], holding, out=sums[3])
    return sums


def _largest(lines: Floats) -> Floats:
    largest: Floats = lines.max(axis=0, initial=0.0)
    return largest


def largest_unit(opening: Floats, factors: Floats, units: Ints) -> Floats:
    """The largest sum of opening values (n_variants, n_sessions) over lines of one unit.

    ``units`` (n,): the unit (issuer, sector) of each line.
    """
    n_variants, n_sessions = factors.shape[1], opening.shape[1]
    _, unit_of = np.unique(units, return_inverse=True)
    order = np.argsort(unit_of, kind="stable")
    starts = np.flatnonzero(np.diff(unit_of[order], prepend=-1))
    free = (factors == 1.0).all(axis=1)
    # Lines free in every variant are added unit by unit once; units without another line are done.
    common = np.add.reduceat(np.where(free[:, None], opening, 0.0)[order], starts, axis=0)
    mixed = np.unique(unit_of[~free])
    done = np.ones(common.shape[0], dtype=np.bool_)
    done[mixed] = False
    largest = np.repeat(_largest(common[done])[None, :], n_variants, axis=0)
    if not largest.shape[1]:
        largest = np.zeros((n_variants, n_sessions))
    for unit in mixed:
        whole = np.repeat(common[unit][None, :], n_variants, axis=0)
        for line in np.flatnonzero((unit_of == unit) & ~free):
            whole += factors[line][:, None] * opening[line]
        np.maximum(largest, whole, out=largest)
    return largest
