"""The selection of one review: the steps a rule writes, or what takes their place where it has none."""

from __future__ import annotations

from indexcalc.arrays import Bools
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import value_on
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.conditions.judged_lines import JudgedLines
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.selection.selection_run import KeptVerdicts
from indexcalc.review.selection.steps import SelectionSteps


def select_members(
    rule: Methodology,
    event: Event,
    lines: JudgedLines,
    pinned: Bools,
    reasons: Reasons,
    kept: KeptVerdicts | None = None,
) -> SelectionSteps | None:
    """Choose ``lines.review.selected``; the steps that chose, None where no step was asked.

    ``pinned`` (n,): names that are in whatever the steps say.  ``kept``: as ``SelectionRun`` has it.
    """
    state, selection = lines.review, rule.selection
    assert state is not None
    if selection is None:
        state.selected = state.remaining | pinned
        _say_lists(rule, event, lines, reasons)
        return None
    if selection.given.at(event.date) is True:
        state.selected = state.existing.copy()
        path = lines.words.place("selection", selection.line)
        reasons.say(
            state.selected,
            path,
            lines.words.number("no list is given for this review: the one before stays"),
        )
        return None
    steps = SelectionSteps(
        lines=lines,
        selection=selection,
        effective=event.date,
        month=event.month[1],
        reasons=reasons,
        pinned=pinned,
        kept=kept,
    )
    steps.run(steps.at(selection.steps, "selection.steps") or ())
    undecided = state.remaining & ~state.selected & (reasons.path == 0)
    path = lines.words.place("selection.steps", selection.line)
    reasons.say(undecided, path, lines.words.number("chosen by no step"))
    return steps


def _say_lists(rule: Methodology, event: Event, lines: JudgedLines, reasons: Reasons) -> None:
    """A rule without a selection: where no test decided of a name, the lists of its universe did."""
    assert lines.review is not None
    parents = value_on(rule.universe.of, event.date, ())
    key, of = "universe", "the market"
    if parents:
        key, of = "universe.of", ", ".join(parents)
    of = f"one of {of}" if len(parents) > 1 else of
    path = lines.words.place(key, rule.line_of(key))
    undecided = lines.review.selected & (reasons.path == 0)
    detail = f"in {of}; without a selection every name that passes the conditions is in"
    reasons.say(undecided, path, lines.words.number(detail))
