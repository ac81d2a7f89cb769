"""Weighting schemes: what each member weighs before any cap.

Every scheme gives a value to each member; weights are in proportion to the
values.  Values have no unit: only their ratios count.

======================  =================================================================
market_cap              price x shares x inclusion
float_market_cap        the same x float factor
equal                   1 (across issuers: 1 over the number of the issuer's lines)
price                   price x price factor
measure                 the measure
tilt                    float_market_cap x the measure
inverse_volatility      1 / the measure
given                   price x the weight factor of a table, or its weight
======================  =================================================================

Readings chosen: ``inclusion`` scales the value under every scheme; ``tilt`` multiplies the float
market cap, which is what the word "cap weight" means where nothing else is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.values.values import Special


class Inputs(Struct, frozen=True):
    """What a scheme may need of each member, arrays (n,) in ascending order of symbols.

    ``price`` in index currency; ``measure``: of ``weighting.by``; ``weight_factor``: index shares,
    or ``weight``: a share of one, given from outside; ``issuers``: a number an issuer.
    """

    price: Floats
    shares: Floats
    float_factor: Floats
    inclusion: Floats
    measure: Floats | None = None
    price_factor: Floats | None = None
    weight_factor: Floats | None = None
    weight: Floats | None = None
    issuers: Ints | None = None


class Weights(Struct, frozen=True):
    """``values`` and ``weights`` (n,), weights summing to one; ``bad`` (n,): members whose value is
    not known, not finite or not above zero, who weigh nothing here."""

    values: Floats
    weights: Floats
    bad: Bools


def values_of(scheme: str, inputs: Inputs, across: str = "security") -> Floats:
    """The value of each member under a scheme, (n,); NaN where a part of it is not known.

    ``across``: ``issuer`` divides equal weights among issuers.  KeyError: no such scheme.  A missing
    optional input is NaN for every member.
    """
    return SCHEMES[scheme](inputs, across) * inputs.inclusion


def weights_of(scheme: str, inputs: Inputs, across: str = "security") -> Weights:
    """Weights in proportion to the values of a scheme, summed in the order of symbols.

    Members without a usable value are marked ``bad`` and left out of the sum; the caller decides about
    them.
    """
    values = values_of(scheme, inputs, across)
    bad = ~(np.isfinite(values) & (values > 0.0))
    counted = np.where(bad, 0.0, values)
    total = ordered_sum(counted)
    weights = counted / total if total > 0.0 else counted
    return Weights(values, weights, bad)


def half_up(values: Floats, digits: int) -> Floats:
    """Values rounded to decimal digits, halves up; none is below zero.

    A half is what is one within its last bits: 0.285 at two digits is 0.29.
    """
    scale = 10.0**digits
    moved = values * scale
    down = np.floor(moved)
    up = moved - down >= 0.5 - 4.0 * np.spacing(moved)
    return np.where(up, down + 1.0, down) / scale


SchemeFamily = Literal["cap", "neutral", "price"]


CAP_WEIGHTED = ("market_cap", "float_market_cap")


def family_of(scheme: str | Special) -> SchemeFamily:
    """``cap`` (index shares follow the shares), ``neutral`` (weights are set and only trading moves
    them) or ``price`` (one share each)."""
    if isinstance(scheme, Special) or scheme in CAP_WEIGHTED:
        return "cap"
    return "price" if scheme == "price" else "neutral"


def _market_cap(inputs: Inputs, across: str) -> Floats:
    return inputs.price * inputs.shares


def _float_market_cap(inputs: Inputs, across: str) -> Floats:
    return inputs.price * inputs.shares * inputs.float_factor


def _equal(inputs: Inputs, across: str) -> Floats:
    """1 for each line; across issuers 1 over the number of the issuer's lines."""
    if across != "issuer" or inputs.issuers is None:
        return np.ones(inputs.price.size)
    _, issuer, lines = np.unique(inputs.issuers, return_inverse=True, return_counts=True)
    return 1.0 / lines[issuer]


def _price(inputs: Inputs, across: str) -> Floats:
    return inputs.price if inputs.price_factor is None else inputs.price * inputs.price_factor


def _measure(inputs: Inputs, across: str) -> Floats:
    return _or_nan(inputs.measure, inputs)


def _tilt(inputs: Inputs, across: str) -> Floats:
    return _float_market_cap(inputs, across) * _or_nan(inputs.measure, inputs)


def _inverse_volatility(inputs: Inputs, across: str) -> Floats:
    with np.errstate(divide="ignore"):
        return 1.0 / _or_nan(inputs.measure, inputs)


def _given(inputs: Inputs, across: str) -> Floats:
    if inputs.weight is not None:
        return inputs.weight
    return inputs.price * _or_nan(inputs.weight_factor, inputs)


def _or_nan(values: Floats | None, inputs: Inputs) -> Floats:
    return np.full(inputs.price.size, np.nan) if values is None else values


SCHEMES: Final[Mapping[str, Callable[[Inputs, str], Floats]]] = MappingProxyType(
    {
        "market_cap": _market_cap,
        "float_market_cap": _float_market_cap,
        "equal": _equal,
        "price": _price,
        "measure": _measure,
        "tilt": _tilt,
        "inverse_volatility": _inverse_volatility,
        "given": _given,
    }
)
"""The value of each member under each scheme; ``methodology.model.weighting.SCHEMES`` has the names."""
