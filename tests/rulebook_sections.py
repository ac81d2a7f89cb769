"""Sections of a rulebook made from a few keys of a rule, for tests of what they say."""

from __future__ import annotations

from collections.abc import Callable

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import plain

SMALLEST = {
    "index": "mine",
    "currency": "KRW",
    "calendar": "XKRX",
    "base": "{date: 2020-01-02, level: 1000}",
    "review": "{every: session}",
    "universe": "{where: {security_type: stock}}",
}


def rule_of(**keys: str | None) -> Methodology:
    """The smallest rule with these keys in place of its own; None leaves one out."""
    text = {**SMALLEST, **keys}
    return Methodology.from_text(
        "\n".join(f"{key}: {value}" for key, value in text.items() if value is not None)
    )


def section_of(fill: Callable[[Methodology, Section], None], rule: Methodology) -> Section:
    """What a section says of a rule."""
    section = Section(plain("A section"), rule=rule)
    fill(rule, section)
    return section


def said(
    fill: Callable[[Methodology, Section], None], language: str = "en", **keys: str | None
) -> list[str]:
    """The sentences of a section on the smallest rule with these keys."""
    return [item.text[language] for item in section_of(fill, rule_of(**keys)).sentences]
