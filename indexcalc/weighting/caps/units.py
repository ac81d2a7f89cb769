"""What a cap counts as one: lines, issuers, sectors; how such groupings lie in each other."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from indexcalc.arrays import Floats, Ints

DECIMALS = 12
"""Weights and shares are compared after rounding to so many decimals."""


def dense(labels: npt.NDArray[np.integer]) -> Ints:
    """Any integer labels (n,) as codes 0 .. m-1 without gaps, in the order they first appear."""
    _, first, codes = np.unique(labels, return_index=True, return_inverse=True)
    order = np.empty(first.size, dtype=np.int64)
    order[np.argsort(first, kind="stable")] = np.arange(first.size)
    numbers: Ints = order[codes]
    return numbers


def each_line(n: int) -> Ints:
    """Every line its own unit."""
    return np.arange(n, dtype=np.int64)


def n_units(codes: Ints) -> int:
    """How many units there are."""
    return int(codes.max()) + 1 if codes.size else 0


def sums(values: Floats, codes: Ints) -> Floats:
    """The sum of each unit (m,): one running addition a unit, in the order of the lines."""
    totals: Floats = np.bincount(codes, weights=values).astype(np.float64, copy=False)
    return totals


def finer(inner: Ints, outer: Ints) -> bool:
    """Does every unit of ``inner`` lie within one unit of ``outer``?"""
    home = np.full(n_units(inner), -1, dtype=np.int64)
    home[inner] = outer
    return bool((home[inner] == outer).all())


def homes(inner: Ints, outer: Ints) -> Ints:
    """The unit of ``outer`` in which each unit of ``inner`` lies (m,)."""
    home = np.zeros(n_units(inner), dtype=np.int64)
    home[inner] = outer
    return home


def chain(groupings: Sequence[Ints]) -> list[int] | None:
    """The positions of groupings from the finest to the coarsest; None where two cross."""
    order = sorted(range(len(groupings)), key=lambda i: -n_units(groupings[i]))
    for inner, outer in itertools.pairwise(order):
        if not finer(groupings[inner], groupings[outer]):
            return None
    return order
