"""Parts of the page as HTML: texts escaped, figures in the reader's numbers, names as buttons."""

from __future__ import annotations

import datetime as dt
import math
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from markupsafe import Markup, escape
from msgspec.structs import asdict

from indexcalc.analysis.amounts import amount
from indexcalc.report.run_report.language import event_in_words, kind_in_words
from indexcalc.report.run_report.numbers import NONE, money, percent, plain, signed, whole
from indexcalc.report.run_report.reasons.in_words import in_words
from indexcalc.studio.session import Session
from indexcalc.studio.text.edits import steps_of
from indexcalc.studio.text.levers import Lever
from indexcalc.studio.text.reading import Mark
from indexcalc.studio.view.words import WORDS, word
from indexcalc.studio.work.studies import Member

SHOWN_LEVERS: Final = 6
SHOWN_ROWS: Final = 400
_PERCENT: Final = frozenset(
    {
        "total_return",
        "annual_return",
        "volatility",
        "tracking_error",
        "largest_weight_last",
        "turnover_a_year",
        "turnover",
        "weight",
        "old_weight",
        "largest_weight",
        "active_share",
        "difference",
        "one_way_turnover",
        "float_factor",
    }
)
_SIGNED: Final = frozenset({"total_return", "annual_return", "difference"})
_MONEY: Final = frozenset(
    {"bought", "sold", "assets", "capacity", "amount", "units", "market_value", "index_shares"}
)
_WHOLE: Final = frozenset({"before", "constituents", "added", "removed", "capped", "count"})
_DECIMALS: Final = {"capping_factor": 4, "effective_number": 1, "effective_number_last": 1}


def number(name: str, value: Any) -> str:
    """A value as the page shows it, by the name of its column or figure."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NONE
    if isinstance(value, (dt.date, str, bool)):
        return str(value)
    if name in _PERCENT:
        return percent(float(value), plus=name in _SIGNED)
    if name in _MONEY:
        return signed(amount(float(value)))
    if name in _WHOLE:
        return whole(float(value))
    if isinstance(value, (float, Decimal)):
        decimals = _DECIMALS.get(name)
        if decimals is None:
            decimals = 2 if abs(float(value)) >= 1 else 4
        return plain(float(value), decimals)
    return f"{value:,}" if isinstance(value, int) else str(value)


def said(name: str, value: Any, language: str) -> str:
    """A value as ``number`` gives it, or what the program calls it in a person's words."""
    if isinstance(value, str) and name in _SAID:
        return _SAID[name](value, language)
    if language == "ko" and name in _MONEY and isinstance(value, (int, float)):
        return money(float(value), "", language).rstrip()
    return number(name, value)


def _known(value: str, language: str) -> str:
    """A word of the page where it has one."""
    return word(f"is_{value}", language) if f"is_{value}" in WORDS else value.replace("_", " ")


_SAID: Final[Mapping[str, Callable[[str, str], str]]] = {
    "kind": kind_in_words,
    "event": event_in_words,
    "detail": in_words,
    "reason": in_words,
    "step": _known,
    "outcome": _known,
    "per": _known,
    "change": _known,
}


def comings(
    now: Sequence[Member], saved: Sequence[Member] | None, baseline: str, language: str
) -> str:
    """Who comes and who goes, against the members of the baseline."""
    if saved is None or not now:
        return "&nbsp;"
    mine = {member.symbol: member for member in now}
    theirs = {member.symbol: member for member in saved}
    joined = [asdict(mine[symbol]) for symbol in mine if symbol not in theirs]
    left = [asdict(theirs[symbol]) for symbol in theirs if symbol not in mine]
    shown = changes(joined, left, language)
    return shown or str(escape(word("same_members", language, name=baseline)))


def changes(
    joined: Sequence[Mapping[str, Any]], left: Sequence[Mapping[str, Any]], language: str
) -> str:
    """How many lines come and go, and the names of the heaviest; '' of none."""
    parts = [_names("joins", joined, language), _names("leaves", left, language)]
    return str(Markup(" ").join(part for part in parts if part))


def called(line: Mapping[str, Any], language: str) -> str:
    """The name of a line (``name``, ``name_en``) in a language; its symbol where it has none."""
    name = (line.get("name_en") if language == "en" else "") or line.get("name")
    return str(name or line["symbol"])


def _names(
    change: str, members: Sequence[Mapping[str, Any]], language: str, most: int = 6
) -> Markup:
    if not members:
        return Markup("")
    ordered = sorted(members, key=lambda item: -item.get("weight", 0.0))
    named = Markup(", ").join(_name_button(item, language) for item in ordered[:most])
    more = f" +{len(members) - most}" if len(members) > most else ""
    return Markup("<span><b>{} {}</b> {}{}</span>").format(
        word(change, language), len(members), named, more
    )


def _name_button(line: Mapping[str, Any], language: str) -> Markup:
    return Markup(
        "<button class='name' data-do='why' data-symbol='{}' title='{}'>{}</button>"
    ).format(line["symbol"], line["symbol"], called(line, language))


def marks(found: Sequence[Mark], language: str, *, read: bool) -> str:
    """The findings as a list of buttons that lead to their places."""
    if not found:
        text = word("good", language) if read else "…"
        return str(Markup("<p class='good'>{}</p>").format(text))
    rows = []
    for mark in found[:60]:
        place = f"{word('line', language)} {mark.line}" if mark.line else mark.file
        hint = f"{word('way_out', language)}: {mark.hint}" if mark.hint else ""
        rows.append(
            Markup(
                "<li class='{kind}'>{begin}<span class='head'>{word} {code} <i>{place}</i></span>"
                "<span>{where}{message}</span><small>{hint}</small>{end}</li>"
            ).format(
                kind=mark.severity,
                begin=_leads_to(mark),
                end=Markup("</button>") if mark.line else Markup("</div>"),
                word=word(mark.severity, language),
                code=mark.code,
                place=place,
                where=f"{mark.where}: " if mark.where else "",
                message=mark.message,
                hint=hint,
            )
        )
    return str(Markup("<ul class='marks'>{}</ul>").format(Markup("").join(rows)))


def _leads_to(mark: Mark) -> Markup:
    """The beginning of a finding: a button where its place is in this text."""
    button = Markup("<button data-do='jump' data-line='{}' data-column='{}'>")
    return button.format(mark.line, mark.column) if mark.line else Markup("<div class='elsewhere'>")


def levers(found: Sequence[Lever], session: Session, adds: Sequence[str]) -> str:
    """The levers as sliders, the first few open and the rest under a fold, then buttons for what can be
    added (``adds``: of ``add_cap``, ``add_buffer``)."""
    language = session.language
    rows = [_lever(lever, number, session) for number, lever in enumerate(found)]
    fold = Markup("")
    if len(rows) > SHOWN_LEVERS:
        fold = Markup("<details><summary>{}</summary>{}</details>").format(
            word("more_levers", language, n=len(rows) - SHOWN_LEVERS),
            Markup("").join(rows[SHOWN_LEVERS:]),
        )
    nothing = Markup("<p class='soft'>{}</p>").format(word("no_levers", language))
    buttons = Markup(" ").join(
        Markup("<button class='plain' data-do='{}'>+ {}</button>").format(do, word(do, language))
        for do in adds
    )
    shown = Markup("").join(rows[:SHOWN_LEVERS]) if rows else nothing
    return str(Markup("{}{}<p>{}</p>").format(shown, fold, buttons))


def _lever(lever: Lever, place: int, session: Session) -> Markup:
    language, value = session.language, session.value(lever)
    label = word(lever.kind, language)
    return Markup(
        "<div class='lever'><label for='lever-{n}'><b>{label}</b>{per}"
        " <code title='{path}'>{short}</code></label>"
        "<button class='line' data-do='jump' data-line='{line}' data-column='1'>{word} {line}</button>"
        "<input id='lever-{n}' type='range' min='0' max='{most}' step='1' value='{at}' data-lever='{path}'"
        " aria-valuetext='{value}'><output id='lever-{n}-value' for='lever-{n}'>{value}</output></div>"
    ).format(
        n=place,
        label=label,
        per=f" · {said('per', lever.per, language)}" if lever.per else "",
        path=lever.path,
        short=short_path(lever.path),
        line=lever.line,
        word=word("line", language),
        most=len(lever.values) - 1,
        at=session.place(lever),
        value=value,
    )


def short_path(path: str) -> str:
    """The last two keys of a rule path, without dates and places in lists: ``size.rank``."""
    keys = [name for number, name in steps_of(path) if number is None]
    return ".".join([key for key in keys if not key[:1].isdigit()][-2:])


def lever_patches(found: Sequence[Lever], session: Session) -> list[tuple[str, str]]:
    """What each lever says, by the id of its place."""
    return [(f"lever-{n}-value", session.value(lever)) for n, lever in enumerate(found)]


def table(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    language: str,
    *,
    links: Mapping[str, str] | None = None,
    empty: str = "",
) -> str:
    """Rows as a table.  ``links``: what a click on the cell of a column does, with the cell as its
    argument (a ``name`` opens its symbol)."""
    if not rows:
        return str(Markup("<p class='soft'>{}</p>").format(empty or NONE))
    head = Markup("").join(
        Markup("<th scope='col'{}>{}</th>").format(
            _class(name, rows), word(_HEADS.get(name, name), language)
        )
        for name in columns
    )
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(_cell(row, name, rows, links or {}, language) for name in columns)
        )
        for row in rows[:SHOWN_ROWS]
    )
    more = ""
    if len(rows) > SHOWN_ROWS:
        more = word("of_n", language, a=f"{SHOWN_ROWS:,}", n=f"{len(rows):,}")
    return str(
        Markup(
            "<div class='wide' tabindex='0'><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
            "</div><p class='soft'>{}</p>"
        ).format(head, body, more)
    )


_HEADS: Final = {
    "detail": "because",
    "threshold": "limit",
    "needed_change": "needed",
    "line": "rule_line",
}


_SHORT: Final = frozenset({"kind", "step", "outcome", "event", "change"})
"""Columns whose words stay on one line."""
_FIGURES: Final = frozenset({"observed", "threshold"})
"""Columns of figures that come as texts: what they are of is said beside them."""


def _class(name: str, rows: Sequence[Mapping[str, Any]]) -> Markup:
    number_like = name in _FIGURES or any(
        isinstance(row.get(name), (int, float, Decimal)) for row in rows[:5]
    )
    if name in _SHORT:
        return Markup(" class='short'")
    return Markup(" class='num'") if number_like else Markup("")


def _cell(
    row: Mapping[str, Any],
    name: str,
    rows: Sequence[Mapping[str, Any]],
    links: Mapping[str, str],
    language: str,
) -> Markup:
    value = row.get(name)
    text = said(name, value, language)
    if name == "rule_line":
        text = str(value) if value else NONE
    shown: Markup | str = text
    if name == "name" and row.get("symbol"):
        shown = _name_button(row, language)
    elif name in links and value not in (None, "") and ":" not in text:
        what = "day" if links[name] == "day" else "line"
        shown = Markup(
            "<button class='name' data-do='{}' data-{}='{}' data-column='1'>{}</button>"
        ).format(links[name], what, value, text)
    return Markup("<td{}>{}</td>").format(_class(name, rows), shown)


def facts(pairs: Iterable[tuple[str, Any]], language: str) -> str:
    """A short list of words and values."""
    cells = [
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(
            word(_HEADS.get(name, name), language), said(name, value, language)
        )
        for name, value in pairs
    ]
    return str(Markup("<dl class='facts'>{}</dl>").format(Markup("").join(cells)))


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph."""
    return str(Markup("<p class='{}'>{}</p>").format(kind, text))


def heading(text: str) -> str:
    """A heading inside a panel."""
    return str(Markup("<h3>{}</h3>").format(text))


def words_of(text: str) -> str:
    """Text with its lines as they are."""
    return str(Markup("<pre tabindex='0'>{}</pre>").format(text))


def help_line(path: str, text: str) -> str:
    """What the key under the cursor means."""
    return str(Markup("<code>{}</code> {}").format(path, text)) if path else "&nbsp;"


def fingerprint(text: str) -> int:
    """What the page knows a text by (``studio.fingerprint``): Adler-32 of its UTF-8."""
    return zlib.adler32(text.encode("utf-8", "replace"))
