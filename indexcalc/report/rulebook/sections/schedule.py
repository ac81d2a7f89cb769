"""The schedules of reviews and rebalances, and days with a name, in words."""

from __future__ import annotations

from typing import Any

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.schedule import Rebalance, Schedule
from indexcalc.methodology.values.dated import Dated
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, index_name, listed, named_day, t
from indexcalc.report.rulebook.words.values import dated, months, phrase


def schedule_words(held: Schedule) -> Text:
    """When a schedule takes effect."""
    if held.every is not None:
        return Text("on every session", "매 거래일")
    if isinstance(held, Rebalance) and held.follows:
        return t(
            "together with {of}", "{of}에 맞추어", of=listed([index_name(n) for n in held.follows])
        )
    assert held.months is not None
    when = dated(held.months, months)
    if held.effective is None:
        return t("in {months}", "{months}에", months=when)
    text = t(
        "in {months}, on {day}", "{months}, {day}에", months=when, day=dated(held.effective, phrase)
    )
    for held_day, words in (
        (held.cutoff, Text("{text}, with data up to {day}", "{text}({day}까지의 자료)")),
        (held.pricing, Text("{text}, at prices of {day}", "{text}({day} 가격)")),
    ):
        if held_day is not None:
            text = t(words.en, words.ko, text=text, day=dated(held_day, phrase))
    return text


def reviews(rule: Methodology, section: Section) -> None:
    """Review and rebalance schedules, a sentence a key."""
    review = rule.review
    if review.kind == "session":
        section.say(
            "review.every",
            Text("Constituents are determined on every session.", "구성종목은 매 거래일 결정한다."),
        )
    elif review.kind == "follows":
        of = listed([index_name(name) for name in review.follows])
        section.say(
            "review.follows",
            t(
                "Reviews take place together with those of {of}.",
                "정기변경은 {of}의 정기변경에 맞춘다.",
                of=of,
            ),
        )
    _days(
        review,
        "review",
        Text("Reviews take place in {months}.", "정기변경은 {months}에 실시한다."),
        section,
    )
    if review.announcement is not None:
        section.say(
            "review.announcement",
            t(
                "The announcement date is {day}.",
                "발표일: {day}.",
                day=dated(review.announcement, phrase),
            ),
        )
    if rule.rebalance is not None:
        if rule.rebalance.months is None:
            section.say(
                "rebalance",
                t(
                    "Weights are reset {when}.",
                    "가중치는 {when} 재설정한다.",
                    when=schedule_words(rule.rebalance),
                ),
            )
        _days(
            rule.rebalance,
            "rebalance",
            Text("Weights are reset in {months}.", "가중치는 {months}에 재설정한다."),
            section,
        )


def _days(held: Schedule, path: str, words: Text, section: Section) -> None:
    if held.months is not None:
        section.say(f"{path}.months", t(words.en, words.ko, months=dated(held.months, months)))
    for name, words_of_day in (
        (
            "effective",
            Text("They take effect before the open of {day}.", "시행일: {day}(개장 전)."),
        ),
        ("cutoff", Text("The cut-off date is {day}.", "심사기준일: {day}.")),
        ("pricing", Text("The pricing date is {day}.", "가격기준일: {day}.")),
    ):
        held_day: Dated[Any] | None = getattr(held, name)
        if held_day is not None:
            section.say(
                f"{path}.{name}", t(words_of_day.en, words_of_day.ko, day=dated(held_day, phrase))
            )
    if held.months is not None and held.pricing is None:
        section.say(
            f"{path}.pricing",
            Text(
                "The pricing date is the session before they take effect.",
                "가격기준일: 시행일 직전 거래일.",
            ),
        )


def named_days(rule: Methodology, section: Section) -> None:
    """Days with a name that phrases use."""
    for name, days in rule.dates.items():
        text = t(
            "The {name} is {day}, in {months}.",
            "{name}: {months}의 {day}.",
            name=named_day(name),
            day=dated(days.on, phrase),
            months=dated(days.months, months),
        )
        # The second Thursday of the month, in March: the second Thursday of March.
        en, ko = (
            text.en.replace(" of the month, in ", " of "),
            text.ko.replace("의 해당 월의 ", "의 "),
        )
        section.say(f"dates.{name}", Text(en, ko))
