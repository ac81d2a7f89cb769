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
from indexcalc.report.rulebook.words.text import Text, t

SHOWN = 6
"""Lines named of those that leave or join; the rest are counted."""
_OWN = ("index", "name")
"""What a rule is called is no part of its methodology."""
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{max-width:56em;margin:2em auto;padding:0 1em;font:16px/1.5 system-ui,sans-serif;"
    "overflow-wrap:break-word}"
    "table{display:block;overflow-x:auto;border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.2em .6em;text-align:right;white-space:nowrap}"
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

    def sentence(self, language: str) -> str:
        """The change as an item of a list."""
        if self.was is None:
            told = t("new: ‘{becomes}’", "신설: ‘{becomes}’", becomes=self.becomes or "")
        elif self.becomes is None:
            told = t("no longer: ‘{was}’", "삭제: ‘{was}’", was=self.was)
        else:
            told = t(
                "‘{was}’ becomes ‘{becomes}’",
                "‘{was}’ → ‘{becomes}’",
                was=self.was,
                becomes=self.becomes,
            )
        return f"{self.section}: {told[language]}{f' (`{self.path}`)' if self.path else ''}"


def markdown(made: Notice, language: str = "en") -> str:
    """The notice as Markdown, in a language: an item for each sentence that changes."""
    rule = _rule(made.new)
    when: Text | str = (
        Text("as the sentences say", "각 문장에 적힌 대로")
        if made.effective is None
        else str(made.effective)
    )
    head = t(
        "Index: {index}. Effective: {when}.",
        "지수: {index}. 시행일: {when}.",
        index=rule.index,
        when=when,
    )
    lines = [f"# {_title(made, language)}", "", head[language], ""]
    lines += [f"## {Text('What changes', '변경 내용')[language]}", ""]
    lines += [f"- {text}" for text in _changes(made, language)]
    if made.reasons:
        lines += ["", f"## {Text('Why', '변경 이유')[language]}", ""]
        lines += [f"- {reason}" for reason in made.reasons]
    if made.effects:
        lines += ["", *_effects(made, rule.currency, language)]
    return "\n".join(lines) + "\n"


def _effects(made: Notice, currency: str, language: str) -> list[str]:
    """The last reviews under both rules, who would leave and join, and how far apart the two are."""
    head = t(
        "| review | members | leave | join | active share | traded by {amount} |",
        "| 변경일 | 구성종목 수 | 편출 | 편입 | 액티브 셰어 | {amount} 추종자금 매매액 |",
        amount=amount(made.assets),
    )
    title = Text("Effect on past reviews", "과거 정기변경에 미쳤을 영향")
    lines = [f"## {title[language]}", "", head[language], "|---|---|---|---|---|---|"]
    lines += [_row(item, made.assets, currency, language) for item in made.effects]
    last = made.effects[-1]
    for word, symbols in (
        (Text("leave", "편출"), last.only_first),
        (Text("join", "편입"), last.only_second),
    ):
        if symbols:
            called = made.names.get(language, {})
            named = [f"{symbol} {called.get(symbol, '')}".strip() for symbol in symbols]
            more = len(named) - SHOWN
            told = t(
                "On {day} would {word}: {names}{more}.",
                "{day} {word} 종목: {names}{more}.",
                day=str(last.date),
                word=word,
                names=", ".join(named[:SHOWN]),
                more=t(" and {n} more", " 외 {n}종목", n=str(more)) if more > 0 else "",
            )
            lines += ["", told[language]]
    if made.tracking_error is not None:
        apart = t(
            "Tracking error of the two since they began: {error} a year.",
            "두 지수의 산출 이후 추적오차: 연 {error}.",
            error=f"{made.tracking_error:.2%}",
        )
        lines += ["", apart[language]]
    return lines


def as_html(made: Notice, language: str = "en") -> str:
    """The notice as a page of HTML on its own, in a language."""
    body: list[str] = []
    listing = table = False
    for line in markdown(made, language).splitlines():
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
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(_title(made, language))}</title><style>{_STYLE}</style></head>"
    )
    closing = "</ul>\n" if listing else "</table>\n" if table else ""
    return head + "<body>\n" + "\n".join(body) + f"\n{closing}</body></html>\n"


def _rule(family: Family) -> Methodology:
    return family[family.asked[0]]


def _title(made: Notice, language: str) -> str:
    rule = _rule(made.new)
    name = rule.name.get(language) or rule.name.get("en") or rule.index
    return t("Change of methodology: {name}", "산출방법론 변경: {name}", name=name)[language]


def _changes(made: Notice, language: str) -> list[str]:
    """The sentences that change; where the rulebooks read alike, the clauses by their keys."""
    if not made.clauses:
        return [
            Text("Nothing: the two rules say the same.", "없음: 두 규칙의 내용이 같다.")[language]
        ]
    changes = [item.sentence(language) for item in _sentences(made.old, made.new, language)]
    if changes:
        return changes
    return [
        f"`{clause.path}`{f' ({clause.when})' if clause.when else ''}: "
        + (
            f"{clause.first} → {clause.second}"
            if language == "ko"
            else f"{clause.first} becomes {clause.second}."
        )
        for clause in made.clauses
    ]


def _sentences(old: Family, new: Family, language: str) -> list[_Change]:
    """The sentences that change, section by section in the order of the new rulebook."""
    before, after = _said(old, language), _said(new, language)
    changes: list[_Change] = []
    for title in dict.fromkeys((*after, *before)):
        changes += _changed(title, before.get(title, []), after.get(title, []))
    return changes


def _said(family: Family, language: str) -> dict[str, list[_Said]]:
    """The sentences of a rulebook by section."""
    found: dict[str, list[_Said]] = {}
    for section in rulebook(_rule(family), family=family).sections:
        for sentence in section.sentences:
            if sentence.path.split(".")[0] in _OWN:
                continue
            under = f"{sentence.under[language]}: " if sentence.under else ""
            history = f" ({sentence.history[language]})" if sentence.history[language] else ""
            words = f"{under}{said(sentence, language)}{history}"
            found.setdefault(section.title[language], []).append(_Said(sentence.path, words))
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


def _row(item: RunDifference, assets: float, currency: str, language: str) -> str:
    members = t(
        "{old} to {new}", "{old} → {new}", old=str(item.members[0]), new=str(item.members[1])
    )
    return (
        f"| {item.date} | {members[language]} | {len(item.only_first)} | "
        f"{len(item.only_second)} | {item.distance:.2%} | {amount(item.distance * assets)} {currency} |"
    )
