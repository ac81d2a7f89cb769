"""The verbs that change names for names: ``replace``, and ``limit_changes``, which undoes some."""

from __future__ import annotations

import numpy as np

from indexcalc.methodology.model.selection import LimitChanges, Replace, Step
from indexcalc.review.conditions.ranks_and_buffers import counts_by_group
from indexcalc.review.selection.selection_run import SelectionRun


def replace(run: SelectionRun, step: Step, within: str | None) -> None:
    """``replace``: the worst of those that may go for the best of those that may come."""
    assert step.replace is not None
    rule: Replace = step.replace
    out = run.at(rule.out, f"{rule.path}.out")
    in_ = run.at(rule.in_, f"{rule.path}.in")
    by = run.at(rule.by, f"{rule.path}.by")
    if out is None or in_ is None or by is None:
        return
    state = run.state
    groups = run.grouping(within)
    leaving = run.judge(out, within or run.within)
    coming = run.judge(in_, within or run.within)
    run.may_choose(within, in_)
    outs = state.selected & leaving.passed & ~run.pinned & (groups >= 0)
    ins = state.remaining & ~state.selected & coming.passed & (groups >= 0)
    if state.by_issuer:
        outs = run.whole(outs) & state.selected
        ins &= ~run.of_issuers(state.selected)
    leaves = counts_by_group(outs, groups, state)[groups] > 0
    comes = counts_by_group(ins, groups, state)[groups] > 0
    run.unplaced(by, (ins & leaves) | (outs & comes), rule.path, rule.line)
    ins &= run.known(by)
    out_place, n_out = run.positions(run.ordered(outs, by, groups), groups)
    in_place, n_in = run.positions(run.ordered(ins, by, groups), groups)
    pairs = np.minimum(n_out, n_in)
    limit = run.at(rule.at_most, f"{rule.path}.at_most")
    if limit is not None:
        pairs = np.minimum(pairs, run.count_of(limit, rule.rounding, groups))
    gone = outs & (out_place >= (n_out - pairs)[groups])
    come = run.whole(ins & (in_place < pairs[groups]))
    run.reasons.take(gone, leaving)
    run.reasons.take(come, coming)
    run.reasons.miss(state.remaining & ~state.selected & ~come, coming)
    state.selected = (state.selected & ~gone) | come
    run.inclusion[gone] = 0.0
    run.inclusion[come] = 1.0


def limit_changes(run: SelectionRun, step: Step, within: str | None) -> None:
    """``limit_changes``: no more entrants than said, and as many leavers; the rest is undone."""
    assert step.limit_changes is not None
    rule: LimitChanges = step.limit_changes
    state = run.state
    by = run.at(rule.by, f"{rule.path}.by")
    target = run.at(rule.to, f"{rule.path}.to")
    if by is None or target is None or not state.existing.any():
        return
    groups = run.grouping(within)
    limit = run.count_of(target, rule.rounding, groups)
    before = state.existing
    if state.by_issuer:
        before = run.of_issuers(state.existing)
    entrants = state.selected & ~before & ~run.pinned & (groups >= 0)
    leavers = before & state.existing & ~state.selected & (groups >= 0)
    if state.by_issuer:
        leavers &= ~run.of_issuers(state.selected)
    in_place, n_in = run.positions(run.ordered(entrants, by, groups), groups)
    # Worst first, and before all others those that cannot stay.
    out_place, n_out = run.positions(run.ordered(leavers, by, groups, state.remaining), groups)
    over = (n_in > limit) | (n_out > limit)
    enter = np.where(over, np.minimum(n_in, limit), n_in)
    leave = np.where(over, np.minimum(n_out, enter), n_out)
    undone_in = entrants & (in_place >= enter[groups])
    undone_out = leavers & state.remaining & (out_place < (n_out - leave)[groups])
    words = run.lines.words
    path = words.place(rule.path, rule.line)
    run.reasons.say(
        rows=undone_in,
        path=path,
        detail=words.number(f"entrant by {by}, changes allowed"),
        observed=(in_place + 1).astype(np.float64),
        threshold=limit[groups].astype(np.float64),
        measure=words.number(by),
    )
    run.reasons.say(
        rows=undone_out,
        path=path,
        detail=words.number(f"leaver from the worst by {by}, changes allowed"),
        observed=(n_out[groups] - out_place).astype(np.float64),
        threshold=leave[groups].astype(np.float64),
        measure=words.number(by),
    )
    state.selected = (state.selected & ~undone_in) | undone_out
    run.inclusion[undone_in] = 0.0
    run.inclusion[undone_out] = np.where(
        state.inclusion[undone_out] > 0, state.inclusion[undone_out], 1.0
    )
