"""The key figures of a page, and what they are at every place of the cap's lever before it is dragged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from indexcalc.arrays import Days
from indexcalc.report.run_report.numbers import NONE
from indexcalc.studio.session import Session
from indexcalc.studio.text.levers import Lever
from indexcalc.studio.view.render import fingerprint, number
from indexcalc.studio.view.words import word
from indexcalc.studio.work.studies import Caps, Point, Quick, tracking_error_on_common_days

FIGURES: Final = (
    "level_last",
    "total_return",
    "annual_return",
    "volatility",
    "tracking_error",
    "largest_weight_last",
    "effective_number_last",
    "turnover_a_year",
)
Texts = list[tuple[str, str]]


def figure_frame(language: str) -> str:
    """The frame of the key figures; ``texts`` fills it."""
    cells = [
        Markup(
            "<div class='figure'><dt>{}</dt><dd id='fig-{}' data-figure='{}'>–</dd>"
            "<p id='was-{}'>&nbsp;</p></div>"
        ).format(word(name, language), name, name, name)
        for name in FIGURES
    ]
    return str(Markup("<dl class='figures'>{}</dl>").format(Markup("").join(cells)))


def of_point(point: Point, days: Days, before: Quick | None) -> dict[str, float]:
    """The figures of a point by name, its tracking error against a baseline among them."""
    now = dict(point.figures)
    if before is not None and point.level.size:
        now["tracking_error"] = tracking_error_on_common_days(
            days, point.level, before.days, before.point.level
        )
    return now


def texts(
    now: Mapping[str, float], before: Mapping[str, float] | None, baseline: str, language: str
) -> Texts:
    """Texts by the id of their place: each figure, and that of the baseline where it is another."""
    made = []
    for name in FIGURES:
        text = number(name, now.get(name))
        its = "" if before is None else number(name, before.get(name))
        was = "" if its in ("", text, NONE) else word("was", language, name=baseline, value=its)
        if name == "tracking_error" and before is not None:
            was = word("to", language, name=baseline)
        made += [(f"fig-{name}", text), (f"was-{name}", was or "\u00a0")]
    return made


def ahead(
    session: Session,
    levers: tuple[Lever, ...],
    caps: Caps,
    before: Quick | None,
    baseline: str,
) -> dict[str, Any]:
    """The figures at every place of the first cap's lever, so that a page shows them without asking.

    With what they hold for: the text, the places of the other levers, the baseline.  None at a place:
    it has to be asked for.
    """
    number_of, lever = next((n, each) for n, each in enumerate(levers) if each.kind == "cap")
    its = None if before is None else before.point.figures
    steps: list[Texts | None] = []
    for value in lever.values:
        point = caps.points.get(value)
        if point is None:
            steps.append(None)
            continue
        now = of_point(point, caps.days, before)
        said = (f"lever-{number_of}-value", value)
        steps.append([said, *texts(now, its, baseline, session.language)])
    others = {each.path: session.place(each) for each in levers}
    return {
        "lever": lever.path,
        "steps": steps,
        "text": fingerprint(session.text),
        "others": {path: place for path, place in others.items() if path != lever.path},
        "baseline": session.baseline,
    }
