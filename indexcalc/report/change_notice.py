"""The notice of a change of methodology as people read it: Markdown, and a page of HTML on its own.

What changes is told in the sentences of the two rulebooks, which say every number of a rule once: a
number that is another is one sentence that is another.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from indexcalc.analysis.amounts import amount
from indexcalc.analysis.change.notice import Notice
from indexcalc.calculation.run.differences import RunDifference
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.report.rulebook.document import rulebook
from indexcalc.report.rulebook.pages import said

SHOWN = 6
"""Lines named of those that leave or join; the rest are counted."""
_OWN = ("index", "name")
"""What a rule is called is no part of its methodology."""
_STYLE = (
    "body{max-width:56em;margin:2em auto;padding:0 1em;font:16px/1.5 sans-serif}"
    "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2em .6em;text-align:right}"
)


class _Said(Struct, frozen=True):
    """A sentence of a rulebook: the rule path it says, and its words with what they were before."""

    path: str
    words: str


class _Change(Struct, frozen=True):
    """A sentence that is another; None: there is none on that side."""

    section: str
    path: str
    was: str | None
    becomes: str | None

    def sentence(self) -> str:
        """The change as an item of a list."""
        if self.was is None:
            told = f"new: ‘{self.becomes}’"
        elif self.becomes is None:
            told = f"no longer: ‘{self.was}’"
        else:
            told = f"‘{self.was}’ becomes ‘{self.becomes}’"
        return f"{self.section}: {told}{f' (`{self.path}`)' if self.path else ''}"


def markdown(made: Notice) -> str:
    """The notice as Markdown: an item for each sentence that changes."""
    rule = _rule(made.new)
    lines = [f"# {_title(made)}", ""]
    when = "as the sentences say" if made.effective is None else str(made.effective)
    lines += [f"Index: {rule.index}. Effective: {when}.", "", "## What changes", ""]
    lines += [f"- {text}" for text in _changes(made)]
    if made.reasons:
        lines += ["", "## Why", "", *(f"- {reason}" for reason in made.reasons)]
    if made.effects:
        lines += [
            "",
            "## Effect on past reviews",
            "",
            f"| review | members | leave | join | active share | traded by {amount(made.assets)} |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(item, made.assets, rule.currency) for item in made.effects]
        last = made.effects[-1]
        for word, symbols in (("leave", last.only_first), ("join", last.only_second)):
            if symbols:
                named = [f"{symbol} {made.names.get(symbol, '')}".strip() for symbol in symbols]
                more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
                lines += ["", f"On {last.date} would {word}: {', '.join(named[:SHOWN])}{more}."]
        if made.tracking_error is not None:
            lines += [
                "",
                f"Tracking error of the two since they began: {made.tracking_error:.2%} a year.",
            ]
    return "\n".join(lines) + "\n"


def as_html(made: Notice) -> str:
    """The notice as a page of HTML on its own."""
    body: list[str] = []
    listing = table = False
    for line in markdown(made).splitlines():
        text = re.sub("`([^`]*)`", r"<code>\1</code>", html.escape(line))
        if listing and not line.startswith("- "):
            body.append("</ul>")
        if table and not line.startswith("|"):
            body.append("</table>")
        if line.startswith("- ") and not listing:
            body.append("<ul>")
        if line.startswith("|") and not table:
            body.append("<table>")
        cell = "td" if table else "th"
        listing, table = line.startswith("- "), line.startswith("|")
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            body.append(f"<h{level}>{text.lstrip('# ')}</h{level}>")
        elif listing:
            body.append(f"<li>{text[2:]}</li>")
        elif line.startswith("|---"):
            continue
        elif table:
            cells = (f"<{cell}>{part.strip()}</{cell}>" for part in text.strip("|").split("|"))
            body.append(f"<tr>{''.join(cells)}</tr>")
        elif line:
            body.append(f"<p>{text}</p>")
    head = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(_title(made))}</title><style>{_STYLE}</style></head>"
    )
    closing = "</ul>\n" if listing else "</table>\n" if table else ""
    return head + "<body>\n" + "\n".join(body) + f"\n{closing}</body></html>\n"


def _rule(family: Family) -> Methodology:
    return family[family.asked[0]]


def _title(made: Notice) -> str:
    rule = _rule(made.new)
    return f"Change of methodology: {rule.name.get('en') or rule.index}"


def _changes(made: Notice) -> list[str]:
    """The sentences that change; where the rulebooks read alike, the clauses by their keys."""
    if not made.clauses:
        return ["Nothing: the two rules say the same."]
    changes = [item.sentence() for item in _sentences(made.old, made.new)]
    if changes:
        return changes
    return [
        f"`{clause.path}`{f' ({clause.when})' if clause.when else ''}: "
        f"{clause.first} becomes {clause.second}."
        for clause in made.clauses
    ]


def _sentences(old: Family, new: Family) -> list[_Change]:
    """The sentences that change, section by section in the order of the new rulebook."""
    before, after = _said(old), _said(new)
    changes: list[_Change] = []
    for title in dict.fromkeys((*after, *before)):
        changes += _changed(title, before.get(title, []), after.get(title, []))
    return changes


def _said(family: Family) -> dict[str, list[_Said]]:
    """The sentences of a rulebook by section."""
    found: dict[str, list[_Said]] = {}
    for section in rulebook(_rule(family), family=family).sections:
        for sentence in section.sentences:
            if sentence.path.split(".")[0] in _OWN:
                continue
            under = f"{sentence.under.en}: " if sentence.under else ""
            history = f" ({sentence.history.en})" if sentence.history else ""
            words = f"{under}{said(sentence, 'en')}{history}"
            found.setdefault(section.title.en, []).append(_Said(sentence.path, words))
    return found


def _changed(title: str, before: Sequence[_Said], after: Sequence[_Said]) -> Iterator[_Change]:
    """The sentences of a section that are not in both: those of one rule path are paired in order."""
    matcher = SequenceMatcher(
        None, [item.words for item in before], [item.words for item in after], autojunk=False
    )
    for tag, begin, end, low, high in matcher.get_opcodes():
        if tag == "equal":
            continue
        free = list(range(low, high))
        for was in before[begin:end]:
            partner = next((at for at in free if _alike(after[at].path, was.path)), None)
            if partner is None:
                yield _Change(title, was.path, was.words, None)
                continue
            for at in (at for at in free if at < partner):
                yield _Change(title, after[at].path, None, after[at].words)
            free = [at for at in free if at > partner]
            yield _Change(title, after[partner].path, was.words, after[partner].words)
        for at in free:
            yield _Change(title, after[at].path, None, after[at].words)


def _alike(first: str, second: str) -> bool:
    """Do two paths say the same of their rules?  Items of lists by their list."""
    return re.sub(r"\[\d+\]", "[]", first) == re.sub(r"\[\d+\]", "[]", second)


def _row(item: RunDifference, assets: float, currency: str) -> str:
    return (
        f"| {item.date} | {item.members[0]} to {item.members[1]} | {len(item.only_first)} | "
        f"{len(item.only_second)} | {item.distance:.2%} | {amount(item.distance * assets)} {currency} |"
    )
