"""The verbs that make the number of names right: ``fill`` from the best, ``trim`` from the worst."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Bools, Ints
from indexcalc.methodology.model.conditions import Status
from indexcalc.methodology.model.selection import Adjust, Step
from indexcalc.review.conditions.ranks_and_buffers import counts_by_group
from indexcalc.review.selection.selection_run import SelectionRun


def fill(run: SelectionRun, step: Step, within: str | None) -> None:
    """``fill``: the best remaining names until there are as many as said."""
    assert step.fill is not None
    by = run.at(step.fill.by, f"{step.fill.path}.by")
    target = run.at(step.fill.to, f"{step.fill.path}.to")
    if by is None or target is None:
        return
    state = run.state
    groups, counted, chosen, safer = _choice(run, step.fill, within)
    conditions = (step.fill.where, "where"), (step.fill.from_, "from")
    run.may_choose(within, *(run.at(said, f"{step.fill.path}.{word}") for said, word in conditions))
    to = run.count_of(target, step.fill.rounding, groups)
    have = counts_by_group(state.selected & counted, groups, state)
    known = run.known(by)
    free = np.maximum(to - have, 0)
    if not free[:-1].any():
        return
    free = free[groups]
    candidates = state.remaining & ~state.selected & chosen & (groups >= 0)
    if state.by_issuer:
        candidates &= ~run.of_issuers(state.selected)
    run.unplaced(by, candidates & (free > 0), step.fill.path, step.fill.line)
    candidates &= known
    position, _ = run.positions(run.ordered(candidates, by, groups, safer), groups)
    taken = run.whole(candidates & (position < free))
    words = run.lines.words
    path = words.place(step.fill.path, step.fill.line)
    detail = words.number(f"place {_order(run, step.fill, by)} among those left, places free")
    observed, threshold = (position + 1).astype(np.float64), free.astype(np.float64)
    measure = words.number(by)
    passed_over = candidates & (free > 0) & ~taken
    run.reasons.say(passed_over, path, detail, observed, threshold, measure)
    run.reasons.say(taken, path, detail, observed, threshold, measure)
    state.selected = state.selected | taken
    run.inclusion[taken] = 1.0


def trim(run: SelectionRun, step: Step, within: str | None) -> None:
    """``trim``: the worst selected names go until there are no more than said."""
    assert step.trim is not None
    by = run.at(step.trim.by, f"{step.trim.path}.by")
    target = run.at(step.trim.to, f"{step.trim.path}.to")
    if by is None or target is None:
        return
    state = run.state
    groups, counted, chosen, safer = _choice(run, step.trim, within)
    to = run.count_of(target, step.trim.rounding, groups)
    have = counts_by_group(state.selected & counted, groups, state)
    excess = np.maximum(have - to, 0)
    removable = state.selected & chosen & ~run.pinned & (groups >= 0)
    run.unplaced(by, removable & (excess[groups] > 0), step.trim.path, step.trim.line)
    if not excess.any():
        return
    position, n_removable = run.positions(run.ordered(removable, by, groups, safer), groups)
    gone = removable & (position >= (n_removable - excess)[groups])
    words = run.lines.words
    path = words.place(step.trim.path, step.trim.line)
    # Seen from the best: the first name out is one place beyond those that stay.
    standing = (have - n_removable)[groups] + position + 1
    detail = words.number(f"place {_order(run, step.trim, by)} of those selected, at most")
    run.reasons.say(
        rows=gone,
        path=path,
        detail=detail,
        observed=standing.astype(np.float64),
        threshold=to[groups].astype(np.float64),
        measure=words.number(by),
    )
    state.selected = state.selected & ~gone
    run.inclusion[gone] = 0.0


def _choice(
    run: SelectionRun, adjust: Adjust, step_within: str | None
) -> tuple[Ints, Bools, Bools, Bools | None]:
    """(groups, who counts, who may be chosen, who is safer) of a fill or trim."""
    groups = run.grouping(step_within)
    counted = np.ones(run.lines.n, dtype=np.bool_)
    chosen = counted
    safer: Bools | None = None
    within = step_within or run.within
    for name in ("where", "from_", "prefer"):
        condition = run.at(getattr(adjust, name), f"{adjust.path}.{name.rstrip('_')}")
        if condition is None:
            continue
        passed = run.judge(condition, within).passed
        if name == "where":
            counted = passed
        elif name == "from_":
            chosen = passed
        else:
            safer = passed
    return groups, counted, counted & chosen, safer


def _order(run: SelectionRun, adjust: Adjust, by: str) -> str:
    """How names are ordered, in words: ``by size``, or ``by size, existing names first``."""
    condition = run.at(adjust.prefer, f"{adjust.path}.prefer")
    if condition is None:
        return f"by {by}"
    only = condition.parts[0] if len(condition.parts) == 1 else None
    first = f"{only.status} names" if isinstance(only, Status) else "preferred names"
    return f"by {by}, {first} first,"
