"""Weighting schemes: what each member weighs before any cap.

Every scheme gives a value to each member; weights are in proportion to the values (design section
7).  Values have no unit: only their ratios count.

======================  =================================================================
market_cap              price x shares x inclusion
float_market_cap        the same x float factor
equal                   1 (across issuers: 1 over the number of the issuer's lines)
price                   price x price factor
measure                 the measure
tilt                    float_market_cap x the measure
inverse_volatility      1 / the measure
given                   price x the weight factor of a table
======================  =================================================================

Readings chosen: ``inclusion`` scales the value under every scheme; ``tilt`` multiplies the float
market cap, which is what the word "cap weight" means where nothing else is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.values.values import Special

BY_MEASURE = ("measure", "tilt", "inverse_volatility")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a scheme may need of each member, arrays (n,) in ascending order of symbols.

    ``price`` in index currency; ``measure``: of ``weighting.by``; ``weight_factor``: index shares
    given from outside; ``issuers``: a number an issuer.
    """

    price: Floats
    shares: Floats
    float_factor: Floats
    inclusion: Floats
    measure: Floats | None = None
    price_factor: Floats | None = None
    weight_factor: Floats | None = None
    issuers: Ints | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """``values`` and ``weights`` (n,), weights summing to one; ``bad`` (n,): members whose value is
    not known, not finite or not above zero, who weigh nothing here."""

    values: Floats
    weights: Floats
    bad: Bools


def values_of(scheme: str, inputs: Inputs, across: str = "security") -> Floats:
    """The value of each member under a scheme, (n,); NaN where a part of it is not known.

    ValueError: no such scheme.  A missing optional input is NaN for every member.
    """
    n = inputs.price.size
    cap = inputs.price * inputs.shares
    if scheme == "market_cap":
        made = cap
    elif scheme == "float_market_cap":
        made = cap * inputs.float_factor
    elif scheme == "equal":
        made = np.ones(n)
        if across == "issuer" and inputs.issuers is not None:
            _, place, count = np.unique(inputs.issuers, return_inverse=True, return_counts=True)
            made = 1.0 / count[place]
    elif scheme == "price":
        made = inputs.price * (np.ones(n) if inputs.price_factor is None else inputs.price_factor)
    elif scheme in BY_MEASURE:
        measure = _or_nan(inputs.measure, n)
        if scheme == "measure":
            made = measure
        elif scheme == "tilt":
            made = cap * inputs.float_factor * measure
        else:
            with np.errstate(divide="ignore"):
                made = 1.0 / measure
    elif scheme == "given":
        made = inputs.price * _or_nan(inputs.weight_factor, n)
    else:
        raise ValueError(f"there is no scheme {scheme}")
    values: Floats = made * inputs.inclusion
    return values


def weights_of(scheme: str, inputs: Inputs, across: str = "security") -> Weights:
    """Weights in proportion to the values of a scheme, summed in the order of symbols.

    Members whose value cannot weigh are marked ``bad`` and left out of the sum: what to do about
    them is the caller's to say.
    """
    values = values_of(scheme, inputs, across)
    bad = ~(np.isfinite(values) & (values > 0.0))
    counted = np.where(bad, 0.0, values)
    total = ordered_sum(counted)
    weights = counted / total if total > 0.0 else counted
    return Weights(values, weights, bad)


def _or_nan(values: Floats | None, n: int) -> Floats:
    return np.full(n, np.nan) if values is None else values


def half_up(values: Floats, digits: int) -> Floats:
    """Values rounded to decimal digits, halves up; none is below zero.

    A half is what is one within its last bits: 0.285 at two digits is 0.29.
    """
    scale = 10.0**digits
    moved = values * scale
    down = np.floor(moved)
    made: Floats = np.where(moved - down >= 0.5 - 4.0 * np.spacing(moved), down + 1.0, down)
    return made / scale


SchemeFamily = Literal["cap", "neutral", "price"]


CAP_WEIGHTED = ("market_cap", "float_market_cap")


def family_of(scheme: str | Special) -> SchemeFamily:
    """``cap`` (index shares follow the shares), ``neutral`` (weights are set and only trading moves
    them) or ``price`` (one share each)."""
    if isinstance(scheme, Special) or scheme in CAP_WEIGHTED:
        return "cap"
    return "price" if scheme == "price" else "neutral"
