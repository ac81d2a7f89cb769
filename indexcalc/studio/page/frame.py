"""The parts of a page and where they lie: bar, editor with findings, figures, chart, levers, panels."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup
from nicegui import ui

from indexcalc.studio.folders import RuleFile
from indexcalc.studio.session import OPENED
from indexcalc.studio.view.figures import figure_frame
from indexcalc.studio.view.words import TOUR, word

TABS: Final = ("members", "reviews", "coming", "name", "day", "flows", "rulebook", "compare")
FILES: Final = (
    "rule",
    "report",
    "rulebook",
    "notice",
    "levels",
    "constituents",
    "decisions",
    "parquet",
    "link",
)
THEMES: Final = {False: "githubLight", True: "githubDark"}


@dataclass(eq=False)
class Frame:
    """The elements that change; their content is set by the page."""

    editor: ui.codemirror
    title: ui.html
    marks: ui.html
    help: ui.html
    status: ui.html
    baseline: ui.html
    figures: ui.html
    comings: ui.html
    chart: ui.echart
    levers: ui.html
    tabs: ui.html
    ask: ui.html
    panel: ui.html

    def set(self, name: str, content: str) -> None:
        """Put HTML into a part, where it is not there already: nothing moves that need not."""
        element: ui.html = getattr(self, name)
        if element.content != content:
            element.set_content(content)


def build(text: str, language: str, typed: Callable[[Any], None], prefix: str) -> Frame:
    """Make the parts of a page."""
    ui.add_head_html(f'<link rel="stylesheet" href="{prefix}/own/studio.css">')
    ui.add_body_html(f'<script type="module" src="{prefix}/own/studio.js"></script>')
    skip = Markup("<a class='skip' href='#results'>{}</a>").format(word("skip", language))
    _html(str(skip))
    with _box("header", "bar"):
        title = _html("", "title")
        _html(_buttons(language), "tools")
    with _box("main", "desk"):
        with _box("section", "left", word("editor", language)):
            editor = ui.codemirror(
                text, language="YAML", on_change=typed, indent="  ", line_wrapping=True
            )
            editor.props(f'id=editor aria-label="{word("editor", language)}"').classes("editor")
            help_line = _html("&nbsp;", "help")
            marks = _html("", "marks-box").props("aria-live=polite role=status")
        with _box("section", "right").props("id=results tabindex=-1"):
            with _box("div", "top-line"):
                status = _html("&nbsp;", "status").props("aria-live=polite role=status")
                baseline = _html("", "baseline")
            figures = _html(figure_frame(language), "figures-box")
            comings = _html("&nbsp;", "comings")
            chart = ui.echart({"series": []}, renderer="canvas").classes("chart")
            chart.props(f'role=img aria-label="{word("chart", language)}"')
            with _box("section", "levers-box"):
                _html(_levers_head(language))
                levers = _html("", "levers")
            tabs = _html("", "tabs-box")
            ask = _html("", "ask")
            panel = _html("", "panel").props("id=panel role=tabpanel tabindex=0")
    return Frame(
        editor=editor,
        title=title,
        marks=marks,
        help=help_line,
        status=status,
        baseline=baseline,
        figures=figures,
        comings=comings,
        chart=chart,
        levers=levers,
        tabs=tabs,
        ask=ask,
        panel=panel,
    )


def _box(tag: str, classes: str, label: str = "") -> ui.element:
    element = ui.element(tag).classes(classes)
    return element.props(f'aria-label="{label}"') if label else element


def _html(content: str, classes: str = "") -> ui.html:
    # What is put in is made by `render` and `panels`, which escape every text.
    return ui.html(content, sanitize=False).classes(classes)


def _levers_head(language: str) -> str:
    return str(
        Markup(
            "<div class='section-head'><h2>{}</h2>"
            "<button class='plain' id='write' data-do='write' disabled>{}</button></div>"
        ).format(word("levers", language), word("write", language))
    )


def _buttons(language: str) -> str:
    def button(do: str, text: str, shown: str, **more: str) -> Markup:
        extra = Markup(" ").join(
            Markup('{}="{}"').format(key.replace("_", "-"), value) for key, value in more.items()
        )
        return Markup("<button data-do='{}' title='{}' {}>{}</button>").format(
            do, text, extra, shown
        )

    files = Markup("").join(
        Markup("<button data-do='take' data-what='{}'>{}</button>").format(
            name, word(f"file_{name}", language)
        )
        for name in FILES
    )
    take = Markup(
        "<details class='menu' id='take'><summary>{}</summary><div>{}</div></details>"
    ).format(word("take", language), files)
    other = "en" if language == "ko" else "ko"
    return str(
        Markup("").join(
            [
                button(
                    "undo",
                    word("undo", language),
                    "↶",
                    id="undo",
                    aria_label=word("undo", language),
                ),
                button(
                    "redo",
                    word("redo", language),
                    "↷",
                    id="redo",
                    aria_label=word("redo", language),
                ),
                button("save", word("save", language), word("save", language), id="save"),
                take,
                button("language", "", word("language", language), lang=other),
                button(
                    "scheme", word("scheme", language), "◐", aria_label=word("scheme", language)
                ),
                button("tour", word("tour", language), word("tour", language)),
            ]
        )
    )


def title(
    *,
    rules: Sequence[RuleFile],
    chosen: str,
    name: str,
    synthetic: bool,
    language: str,
) -> str:
    """The title line: which rule, which of its names, and that its data are made up."""
    options = Markup("").join(
        Markup("<option value='{}'{}>{}</option>").format(
            item.name, Markup(" selected") if item.name == chosen else "", item.name
        )
        for item in rules
    )
    tag = Markup("<span class='tag'>{}</span>").format(word("synthetic", language))
    return str(
        Markup(
            "<h1><span class='brand'>indexcalc</span> <label><span class='hidden'>{}</span>"
            "<select data-do='open' id='rule'>{}</select></label> <span class='called'>{}</span>"
            "{}</h1>"
        ).format(word("open", language), options, name, tag if synthetic else "")
    )


def tabs(language: str) -> str:
    """The tabs of the panels; which one is chosen is said by the script."""
    buttons = Markup("").join(
        Markup(
            "<button role='tab' data-do='tab' data-tab='{}' aria-selected='false'"
            " aria-controls='panel'>{}</button>"
        ).format(name, word(name, language))
        for name in TABS
    )
    return str(Markup("<div class='tabs' role='tablist' id='tabs'>{}</div>").format(buttons))


def baselines(
    chosen: str, parent: str, changed: bool, rules: Sequence[RuleFile], language: str
) -> str:
    """The choice of what the rule is compared with.  ``parent``: the rule it varies or rests on, or '';
    ``changed``: was the file saved since it was opened?"""
    first = [("", word("the_saved", language))]
    if changed or chosen == OPENED:
        first.append((OPENED, word("the_opened", language)))
    if parent:
        first.append((parent, word("its_parent", language, name=parent)))
    others = [(item.name, item.name) for item in rules if item.name != parent]

    def options(pairs: Sequence[tuple[str, str]]) -> Markup:
        return Markup("").join(
            Markup("<option value='{}'{}>{}</option>").format(
                value, Markup(" selected") if value == chosen else "", text
            )
            for value, text in pairs
        )

    return str(
        Markup(
            "<label>{} <select data-do='baseline' id='baseline'>{}<optgroup label='{}'>{}</optgroup>"
            "</select></label>"
        ).format(
            word("baseline", language),
            options(first),
            word("other_rules", language),
            options(others),
        )
    )


def ask(tab: str, values: Mapping[str, str], language: str) -> str:
    """The line in which a panel is asked for something: a name, a day, an amount."""
    fields = {
        "name": ("why", "symbol", "text", "pick_name", "005930"),
        "day": ("day", "day", "date", "day", ""),
        "flows": ("flows", "aum", "text", "follow", "1tn"),
    }
    if tab not in fields:
        return ""
    do, key, kind, label, hint = fields[tab]
    return str(
        Markup(
            "<div class='line-of'><label>{label} <input type='{kind}' id='ask' data-field='{key}'"
            " value='{value}' placeholder='{hint}' autocomplete='off' spellcheck='false'></label>"
            "<button class='plain' data-do='{do}' data-from='ask'>{show}</button></div>"
        ).format(
            label=word(label, language),
            kind=kind,
            key=key,
            value=values[key],
            hint=hint,
            do=do,
            show=word("show", language),
        )
    )


def tour_steps(language: str) -> str:
    """The steps of the tour as JSON for the script."""
    steps = [{"id": place, "text": text[language]} for place, text in TOUR]
    words = {"next": word("next", language), "close": word("close", language)}
    return json.dumps({"steps": steps, **words}, ensure_ascii=False)
