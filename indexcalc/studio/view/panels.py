"""The panels under the chart: answers and results of a desk as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup
from msgspec.structs import asdict

from indexcalc.report.rulebook.pages import said
from indexcalc.report.rulebook.words.section import Rulebook
from indexcalc.report.run_report.numbers import money
from indexcalc.report.run_report.reasons.in_words import figure
from indexcalc.studio.text.reading import Mark
from indexcalc.studio.view import render
from indexcalc.studio.view.render import facts, heading, paragraph, table, words_of
from indexcalc.studio.view.words import word
from indexcalc.studio.work.studies import Full, Member, Refusal

Answer = Mapping[str, Any]


def refusal(found: Refusal, language: str) -> str:
    """Why there is no answer."""
    marks: tuple[Mark, ...] = found.marks
    return paragraph(word("refused", language), "soft") + render.marks(marks, language, read=True)


def members(found: Full | None, shown: tuple[Member, ...], language: str) -> str:
    """The last list: of the run, or of the point that is shown while a cap is dragged."""
    if found is not None and _same(found, shown):
        columns = (
            "name",
            "symbol",
            "weight",
            "float_factor",
            "capping_factor",
            "index_shares",
            "change",
        )
        day = found.members[0]["effective_date"] if found.members else ""
        head = facts([("effective_date", day), ("constituents", len(found.members))], language)
        return head + table(_changes(found.members, language), columns, language)
    rows = [asdict(member) for member in shown]
    return facts([("constituents", len(rows))], language) + table(
        rows, ("name", "symbol", "weight"), language
    )


def _same(found: Full, shown: tuple[Member, ...]) -> bool:
    """Is the list of the run the one that is shown?"""
    return not shown or (
        [row["symbol"] for row in found.members] == [m.symbol for m in shown]
        and all(
            abs((row["weight"] or 0.0) - m.weight) <= 1e-9
            for row, m in zip(found.members, shown, strict=True)
        )
    )


def _changes(rows: tuple[dict[str, Any], ...], language: str) -> list[dict[str, Any]]:
    """The rows with what changed in the reader's language."""
    return [
        {**row, "change": word("added", language) if row.get("change") == "added" else "–"}
        for row in rows
    ]


def reviews(found: Full, language: str) -> str:
    """Every review and change between, newest first; a date opens that day."""
    columns = (
        "effective_date",
        "kind",
        "constituents",
        "added",
        "removed",
        "one_way_turnover",
        "capped",
        "largest_weight",
        "effective_number",
    )
    rows = list(reversed(found.reviews))
    return table(rows, columns, language, links={"effective_date": "day"})


def why(
    answer: Answer, links: list[dict[str, Any]], near: list[dict[str, Any]] | None, language: str
) -> str:
    """Why a name is in or out, with the lines of the rule, and what would change it.

    ``links``: the chain from the market down, [] while it is being asked for.
    """
    parts = [heading(f"{render.called(answer, language)} ({answer['symbol']})")]
    chain = Markup("").join(
        Markup("<li class='{}'>{}</li>").format("in" if link["member"] else "out", link["sentence"])
        for link in links
    )
    if not links:
        last = next((row for row in answer["decisions"] if row["step"] == "membership"), None)
        if last is not None:
            outcome, detail = (
                render.said(name, last[name], language) for name in ("outcome", "detail")
            )
            said_ = f"{last['effective_date']}: {outcome}, {detail}"
            chain = Markup("<li>{}</li>").format(said_)
    parts.append(str(Markup("<ol class='chain'>{}</ol>").format(chain)))
    parts.append(heading(word("change_it", language)))
    if near is None:
        parts.append(paragraph(word("ask_next", language), "soft"))
    else:
        own = [row for row in near if row["symbol"] == answer["symbol"]]
        said_ = own[0]["what"] if own else word("not_near", language)
        parts.append(paragraph(said_))
    parts.append(heading(word("decisions", language)))
    columns = ("effective_date", "step", "outcome", "observed", "threshold", "detail", "line")
    links_of = {"line": "jump", "effective_date": "day"}
    parts.append(table(_placed(answer["decisions"]), columns, language, links=links_of))
    return "".join(parts)


def _placed(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Decisions with their figures as a person reads them and the line of this text that made them, or
    file and line of another."""
    placed = []
    for row in rows:
        line, file = row.get("rule_line"), row.get("file") or ""
        said_ = {
            name: None if row.get(name) is None else figure(row[name], row.get("detail") or "")
            for name in ("observed", "threshold")
        }
        placed.append({**row, **said_, "line": f"{file}:{line}" if file and line else line})
    return placed


def day(answer: Answer, language: str) -> str:
    """The composition, level, divisor and events of a session."""
    level = answer["level"]
    come, gone = (
        [row for row in answer["events"] if row["event"] == event] for event in ("added", "removed")
    )
    parts = [
        heading(str(answer["date"])),
        facts(
            [
                ("level_last", level.get("level")),
                ("divisor", level.get("divisor")),
                ("market_value", level.get("market_value")),
                ("constituents", level.get("constituents")),
            ],
            language,
        ),
        f"<p>{names}</p>" if (names := render.changes(come, gone, language)) else "",
        heading(word("events", language)),
        table(
            answer["events"],
            ("name", "symbol", "event", "reason") if answer["events"] else (),
            language,
            empty=word("no_events", language),
        ),
        heading(word("members", language)),
        table(answer["members"], ("name", "symbol", "weight"), language),
    ]
    return "".join(parts)


def flows(answer: Answer, language: str) -> str:
    """What trackers of an amount trade."""
    changes = ("effective_date", "kind", "added", "removed")
    columns = (*changes, "bought", "sold", "one_way_turnover", "capacity")
    rows = list(reversed(answer["reviews"]))
    known = tuple(name for name in columns if rows and name in rows[0])
    trades = ("name", "change", "units", "amount", "days_20", "capacity")
    return "".join(
        [
            facts([("assets", _in_currency(answer, language))], language),
            table(rows, known, language, links={"effective_date": "day"}),
            heading(word("last_trades", language)),
            table(answer["trades"], trades, language),
        ]
    )


def _in_currency(answer: Answer, language: str) -> str | None:
    """The assets of the reviews with their currency."""
    rows = answer["reviews"]
    return money(rows[0]["assets"], answer["currency"], language) if rows else None


def coming(answer: Answer, language: str) -> str:
    """The next review on paper."""
    dates = [(name, answer[name]) for name in ("cutoff", "announcement")]
    counts = [("constituents", answer["members"]), ("turnover", answer["turnover"])]
    near = ("name", "what")
    return "".join(
        [
            facts([("effective_date", answer["effective"]), *dates, *counts], language),
            heading(word("added", language)),
            table(answer["added"], ("name", "symbol", "weight"), language),
            heading(word("removed", language)),
            table(answer["removed"], ("name", "symbol", "weight"), language),
            heading(word("near", language)),
            table(answer["near"], near, language),
            heading(word("reserve", language)),
            table(answer["reserve"], ("name", "symbol"), language),
        ]
    )


def compared(answer: Answer, language: str) -> str:
    """Two rules: what they say and what comes of it."""
    columns = (
        "effective_date",
        "before",
        "constituents",
        "added",
        "removed",
        "active_share",
    )
    return "".join(
        [
            facts([("tracking_error", answer["tracking_error"])], language),
            heading(word("clauses", language)),
            words_of(answer["clauses"] or word("no_difference", language)),
            heading(word("lists", language)),
            table(answer["days"], columns, language, links={"effective_date": "day"}),
            *_last_day(answer, language),
        ]
    )


def _last_day(answer: Answer, language: str) -> list[str]:
    """Who is in one list only on the last day compared, and whose weight differs most."""
    if not answer["days"]:
        return []
    columns = ("name", "symbol", "old_weight", "weight", "difference")
    day = answer["days"][0]["effective_date"]
    names = render.changes(answer["added"], answer["removed"], language)
    return [
        heading(f"{day}: {word('weights', language)}"),
        f"<p>{names}</p>" if names else "",
        table(answer["moved"], columns, language),
    ]


def rulebook(book: Rulebook, language: str) -> str:
    """The sentences of the rulebook, each with the line that says it."""
    parts = []
    for number, section in enumerate(book.sections, 1):
        parts.append(heading(f"{number}. {section.title[language]}"))
        for at, sentence in enumerate(section.sentences, 1):
            own = sentence.place.isdecimal()
            line = Markup(
                "<button class='line' data-do='jump' data-line='{}' data-column='1'>{}</button>"
            )
            parts.append(
                str(
                    Markup("<p class='clause' data-path='{}'><i>{}.{}</i> {} {}</p>").format(
                        sentence.path,
                        number,
                        at,
                        said(sentence, language),
                        line.format(sentence.place, sentence.place)
                        if own
                        else Markup("<small>{}</small>").format(sentence.place),
                    )
                )
            )
        for made in section.tables:
            head = Markup("").join(
                Markup("<th>{}</th>").format(cell[language]) for cell in made.head
            )
            body = Markup("").join(
                Markup("<tr>{}</tr>").format(
                    Markup("").join(Markup("<td>{}</td>").format(cell[language]) for cell in row)
                )
                for row in made.rows
            )
            parts.append(
                str(
                    Markup(
                        "<div class='wide' tabindex='0'><table><thead><tr>{}</tr></thead><tbody>{}</tbody>"
                        "</table></div>"
                    ).format(head, body)
                )
            )
    return "".join(parts)
