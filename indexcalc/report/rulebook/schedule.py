"""The review schedule and what happens between reviews, in words."""

from __future__ import annotations

from typing import Any, Final

from indexcalc.methodology.model.maintenance import (
    Deletion,
    Demerger,
    FastEntry,
    FastExit,
    ShareUpdates,
)
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.schedule import Rebalance, Schedule
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Special
from indexcalc.report.rulebook.conditions import condition
from indexcalc.report.rulebook.text import Section, Text, joined, listed, plain, t
from indexcalc.report.rulebook.values import (
    dated,
    duration,
    label,
    months,
    period,
    phrase,
    special,
    value,
)

_REPLACED_FROM: Final = {
    "reserve": Text(
        "the first name of the reserve list takes its place", "예비종목 1순위로 대체한다"
    ),
    "largest": Text(
        "the largest eligible security takes its place", "최상위 적격종목으로 대체한다"
    ),
    "given": Text("a published list says who takes its place", "공표된 종목으로 대체한다"),
    "none": Text("its place stays empty", "대체하지 않는다"),
}
_REPLACES: Final = {
    "smallest": Text("the smallest constituent leaves for it", "최하위 구성종목을 제외한다"),
    "none": Text("nobody leaves for it", "제외 종목은 없다"),
}
_FACTS: Final = {
    "delisting": Text("delisting", "상장폐지"),
    "administrative": Text("designation as administrative issue", "관리종목 지정"),
    "delisting_trade": Text("delisting trade", "정리매매"),
    "merger": Text("a merger in which it ends", "피흡수합병"),
    "transfer": Text("a move to another market", "이전상장"),
    "leaves_parent": Text("leaving the parent index", "모지수 제외"),
}


def schedule_words(held: Schedule) -> Text:
    """When a schedule takes effect."""
    if held.every is not None:
        return Text("on every session", "매 거래일")
    if isinstance(held, Rebalance) and held.follows:
        return t("together with {of}", "{of}에 맞추어", of=listed([plain(n) for n in held.follows]))
    assert held.months is not None
    when = dated(held.months, months)
    if held.effective is None:
        return t("in {months}", "{months}에", months=when)
    return t(
        "in {months}, on {day}", "{months}, {day}에", months=when, day=dated(held.effective, phrase)
    )


def reviews(rule: Methodology, section: Section) -> None:
    """Review and rebalance schedules, a sentence a key."""
    held = rule.review
    if held.kind == "session":
        section.say(
            "review.every",
            Text("Constituents are determined on every session.", "구성종목은 매 거래일 결정한다."),
        )
    elif held.kind == "follows":
        of = listed([plain(name) for name in held.follows])
        section.say(
            "review.follows",
            t(
                "Reviews take place together with those of {of}.",
                "정기변경은 {of}의 정기변경에 맞춘다.",
                of=of,
            ),
        )
    _days(
        held,
        "review",
        Text("Reviews take place in {months}.", "정기변경은 {months}에 실시한다."),
        section,
    )
    if held.announcement is not None:
        section.say(
            "review.announcement",
            t(
                "Changes are announced on {day}.",
                "발표일: {day}.",
                day=dated(held.announcement, phrase),
            ),
        )
    if rule.rebalance is not None:
        if rule.rebalance.months is None:
            section.say(
                "rebalance",
                t(
                    "Weights are set anew {when}.",
                    "가중치는 {when} 재설정한다.",
                    when=schedule_words(rule.rebalance),
                ),
            )
        _days(
            rule.rebalance,
            "rebalance",
            Text("Weights are set anew in {months}.", "가중치는 {months}에 재설정한다."),
            section,
        )


def _days(held: Schedule, path: str, words: Text, section: Section) -> None:
    if held.months is not None:
        section.say(f"{path}.months", t(words.en, words.ko, months=dated(held.months, months)))
    for name, said in (
        (
            "effective",
            Text("They take effect before the open of {day}.", "시행일: {day}(개장 전)."),
        ),
        ("cutoff", Text("The cut-off date is {day}.", "심사기준일: {day}.")),
        ("pricing", Text("The pricing date is {day}.", "가격기준일: {day}.")),
    ):
        held_day: Dated[Any] | None = getattr(held, name)
        if held_day is not None:
            section.say(f"{path}.{name}", t(said.en, said.ko, day=dated(held_day, phrase)))


def named_days(rule: Methodology, section: Section) -> None:
    """Days with a name that phrases use."""
    for name, held in rule.dates.items():
        section.say(
            f"dates.{name}",
            t(
                "The “{name}” day is {day}, in {months}.",
                "“{name}”일: {months}의 {day}.",
                name=name,
                day=dated(held.on, phrase),
                months=dated(held.months, months),
            ),
        )


def maintenance(rule: Methodology, section: Section) -> None:
    """Entries, exits, replacements and share changes between reviews."""
    held = rule.maintenance
    section.say(
        "maintenance.shares",
        t(
            "Changes of share counts enter {when}.",
            "주식수 변경 반영: {when}.",
            when=dated(held.shares, _shares),
        ),
    )
    _each(held.fast_entry, "maintenance.fast_entry", _fast_entry, section)
    if held.fast_exit is not None:
        section.say("maintenance.fast_exit", dated(held.fast_exit, _fast_exit))
    _each(held.deletions, "maintenance.deletions", _deletion, section)
    if held.demerger is not None:
        for _, demerger in held.demerger:
            if isinstance(demerger, Special):
                section.say("maintenance.demerger", special(demerger))
            else:
                _demerger(demerger, section)
    if held.joins_at is not None:
        section.say(
            "maintenance.joins_at",
            t(
                "An entrant joins at: {how}.",
                "신규 편입 비중: {how}.",
                how=dated(held.joins_at, value),
            ),
        )
    if any(held.follow_entries.values):
        section.say(
            "maintenance.follow_entries",
            Text(
                "Entrants of the parent index enter at once.",
                "모지수에 편입되는 종목은 동시에 편입한다.",
            ),
        )


def _each(items: Dated[tuple[Any, ...]], path: str, words: Any, section: Section) -> None:
    for number, (start, held) in enumerate(items):
        later = items.entries[number + 1][0] if number + 1 < len(items.entries) else None
        under = None if items.is_constant else period(start, later)
        if isinstance(held, Special):
            if not items.is_constant:
                section.say(path, t("{what}.", "{what}.", what=special(held)), under)
            continue
        for item in held:
            section.say(item.path, words(item), under)


def _shares(held: ShareUpdates) -> Text:
    if held.mode == "daily":
        return Text("on the session they take effect", "변경 당일")
    if held.mode == "at_rebalance":
        return Text("at the next rebalance", "다음 정기변경 시")
    text = t(
        "once they reach {n}",
        "{n} 이상 변동 시",
        n=dated(held.threshold, value) if held.threshold is not None else plain("?"),
    )
    if held.after is not None:
        text = t("{text}, {n} later", "{text} {n} 후", text=text, n=dated(held.after, duration))
    if held.updated is not None:
        text = t(
            "{text}, and the rest {when}",
            "{text}, 나머지는 {when}",
            text=text,
            when=schedule_words(held.updated),
        )
    return text


def _fast_entry(held: FastEntry) -> Text:
    return t(
        "Fast entry: after {after} of trading a new listing enters if {inner}; effective on {day}; "
        "{replaces}.",
        "신규상장 특례: 상장 후 {after} 경과 시 {inner}에 해당하면 편입한다; 시행일 {day}; {replaces}.",
        after=dated(held.after, duration),
        inner=condition(held.require),
        day=dated(held.effective, phrase),
        replaces=dated(held.replaces, lambda word: _REPLACES[word]),
    )


def _fast_exit(held: FastExit) -> Text:
    return t(
        "Fast exit: checked every month on {checked}; a constituent leaves if {inner}; effective on "
        "{day}; {replaced}.",
        "조기 제외: 매월 {checked} 점검; {inner}에 해당하면 제외한다; 시행일 {day}; {replaced}.",
        checked=dated(held.checked, phrase),
        inner=condition(held.when),
        day=dated(held.effective, phrase),
        replaced=dated(held.replace_from, lambda word: _REPLACED_FROM[word]),
    )


def _deletion(held: Deletion) -> Text:
    facts = [_FACTS.get(fact, label(fact)) for fact in held.on]
    when = (
        Text("from its trading halt", "매매거래정지일에")
        if held.after is None
        else t("after {n}", "{n} 경과 후", n=dated(held.after, duration))
    )
    text = t(
        "A constituent leaves on {facts}, {when}; {replaced}",
        "구성종목 제외 사유: {facts}; {when} 제외; {replaced}",
        facts=listed(facts, "or"),
        when=when,
        replaced=dated(held.replace_from, lambda word: _REPLACED_FROM[word]),
    )
    if held.unless_review_within is not None:
        text = t(
            "{text}, unless a review follows within {n}",
            "{text}(단, {n} 이내 정기변경이 있으면 예외)",
            text=text,
            n=dated(held.unless_review_within, duration),
        )
    return t("{text}.", "{text}.", text=text)


def _demerger(held: Demerger, section: Section) -> None:
    if held.parent_stays is not None:
        stays = held.parent_stays
        section.say(
            stays.path,
            t(
                "Demerger: the surviving company stays if, {after} after it trades again, {inner}.",
                "분할존속회사: 재상장 후 {after} 시점에 {inner}에 해당하면 존속한다.",
                after=dated(stays.after, duration),
                inner=condition(stays.require),
            ),
        )
    if held.new_company_joins is not None:
        joins = held.new_company_joins
        section.say(
            joins.path,
            t(
                "Demerger: the new company joins if {inner}; effective on {day}; {replaces}.",
                "분할신설회사: {inner}에 해당하면 편입한다; 시행일 {day}; {replaces}.",
                inner=condition(joins.require),
                day=dated(joins.effective, phrase),
                replaces=dated(joins.replaces, lambda word: _REPLACES[word]),
            ),
        )


def committee(rule: Methodology, section: Section) -> None:
    """Decisions of the committee that the rule holds as data."""
    for item in rule.committee:
        acts = [
            t("{what} {names}", "{names} {what}", what=what, names=", ".join(names))
            for what, names in (
                (Text("added", "편입"), item.add),
                (Text("removed", "제외"), item.remove),
                (Text("refused", "편입 불허"), item.refuse),
                (Text("kept", "존속"), item.keep),
            )
            if names
        ]
        section.say(
            item.path,
            t(
                "{day}: {acts} ({why}; {ref}).",
                "{day}: {acts} ({why}; {ref}).",
                day=item.effective.isoformat(),
                acts=joined(acts, "; "),
                why=item.why,
                ref=item.ref,
            ),
        )
