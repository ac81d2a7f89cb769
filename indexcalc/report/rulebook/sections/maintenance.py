"""What happens between reviews, and decisions of the committee, in words."""

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
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Duration, Special
from indexcalc.report.rulebook.sections.schedule import schedule_words
from indexcalc.report.rulebook.words.conditions import condition
from indexcalc.report.rulebook.words.items import by_period, say_items
from indexcalc.report.rulebook.words.names import label
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, joined, listed, plain, t
from indexcalc.report.rulebook.words.values import dated, day, duration, phrase, special, value

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


_NO_DEMERGER: Final = Text(
    "the surviving company stays, the new one does not join",
    "존속회사는 유지하고 신설회사는 편입하지 않는다",
)


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
    "leaves_parent": Text("its deletion from the parent index", "모지수 제외"),
}


def maintenance(rule: Methodology, section: Section) -> None:
    """Entries, exits, replacements and share changes between reviews."""
    rules = rule.maintenance
    section.say(
        "maintenance.shares",
        t(
            "Changes of share counts enter {when}.",
            "주식수 변경 반영: {when}.",
            when=dated(rules.shares, _shares),
        ),
    )
    say_items(section, rules.fast_entry, "maintenance.fast_entry", _fast_entry)
    if rules.fast_exit is not None:
        section.say("maintenance.fast_exit", dated(rules.fast_exit, _fast_exit))
    say_items(section, rules.deletions, "maintenance.deletions", _deletion)
    if rules.demerger is not None:
        for under, demerger in by_period(rules.demerger):
            if not isinstance(demerger, Special):
                _demerger(demerger, section, under)
                continue
            words = _NO_DEMERGER if demerger is Special.NONE else special(demerger)
            section.say(
                "maintenance.demerger",
                t("Demergers: {what}.", "분할: {what}.", what=words),
                under,
            )
    elif rule.review.kind != "session":
        section.say("", t("Demergers: {what}.", "분할: {what}.", what=_NO_DEMERGER))
    if rules.joins_at is not None:
        section.say(
            "maintenance.joins_at",
            t(
                "An entrant joins at {how}.",
                "신규 편입 비중: {how}.",
                how=dated(rules.joins_at, value),
            ),
        )
    if "given" in rules.announced.values:
        section.say(
            "maintenance.announced",
            Text(
                "Entries and deletions between reviews take effect as announced.",
                "정기변경 사이의 편입과 제외는 공표된 일자에 반영한다.",
            ),
        )
    if any(rules.follow_entries.values):
        section.say(
            "maintenance.follow_entries",
            Text(
                "Entrants of the parent index enter at once.",
                "모지수에 편입되는 종목은 동시에 편입한다.",
            ),
        )


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
    inner = (
        Text("", "")
        if held.require is None
        else t(" if {inner}", " 다음을 모두 충족하면({inner})", inner=condition(held.require))
    )
    return t(
        "Fast entry: a new listing is tested {after} after its first session; it enters{inner}; effective "
        "on {day}; {replaces}{leaver}.",
        "신규상장 특례: 상장일부터 {after} 후에 심사하여{inner} 편입한다. 시행일은 {day}이며 "
        "{replaces}{leaver}.",
        after=dated(held.after, duration),
        inner=inner,
        day=dated(held.effective, phrase),
        replaces=dated(held.replaces, lambda word: _REPLACES[word]),
        leaver=_leaver(held.leaver),
    )


def _leaver(held: Dated[str]) -> Text:
    """What becomes of the name that makes room; nothing where the rule says nothing."""
    if all(word == "none" for word in held.values):
        return Text("", "")
    words = {
        "none": Text("does not join the reserve list", "예비종목에 두지 않는다"),
        "first_reserve": Text("becomes the first of the reserve list", "예비종목 1순위로 둔다"),
    }
    return t(
        "; the leaver {what}",
        "; 제외된 종목은 {what}",
        what=dated(held, lambda word: words[word]),
    )


def _if_below(held: Dated[int] | None) -> Text:
    """Below which number of constituents a leaver is replaced at all."""
    if held is None:
        return Text("", "")
    return t(
        "; a leaver is replaced only where fewer than {n} constituents remain",
        "(대체는 구성종목이 {n}종목 미만으로 남는 경우에 한함)",
        n=dated(held, value),
    )


def _fast_exit(held: FastExit) -> Text:
    return t(
        "Fast exit: checked every month on {checked}; a constituent leaves if {inner}; effective on "
        "{day}; {replaced}.",
        "조기 제외: 매월 {checked} 점검; {inner}(이)면 제외한다; 시행일 {day}; {replaced}.",
        checked=dated(held.checked, phrase),
        inner=condition(held.when),
        day=dated(held.effective, phrase),
        replaced=dated(held.replace_from, lambda word: _REPLACED_FROM[word]),
    )


def _deletion(held: Deletion) -> Text:
    if held.when is None:
        facts = listed([_FACTS.get(fact, label(fact)) for fact in held.on], "or")
        why = t("on {facts}", "{facts} 시", facts=facts)
    else:
        why = t("once {inner}", "{inner}이(가) 되면", inner=condition(held.when))
    text = t(
        "A constituent leaves {why}, {when}; {replaced}{below}",
        "{why} 해당 종목을 {when} 제외하며, {replaced}{below}",
        why=why,
        when=_waits(held),
        replaced=dated(held.replace_from, lambda word: _REPLACED_FROM[word]),
        below=_if_below(held.if_below),
    )
    if held.unless_review_within is not None:
        text = t(
            "{text}; no place is filled within {n} before a review takes effect",
            "{text}(정기변경 시행 전 {n} 이내에는 대체하지 않는다)",
            text=text,
            n=dated(held.unless_review_within, duration),
        )
    return t("{text}.", "{text}.", text=text)


def _waits(held: Deletion) -> Text:
    if held.after is None:
        assert held.effective is not None
        return dated(held.effective, lambda _: Text("from its trading halt", "매매거래정지일에"))
    if held.after.is_constant and held.after.value == Duration(0, "sessions", ""):
        text = Text("on that day", "그날")
    else:
        text = t("after {n}", "{n} 경과 후", n=dated(held.after, duration))
    if any(word != "market" for word in held.counted.values):
        words = {
            "market": Text("of the market", "시장 거래일"),
            "own": Text("on which it trades", "해당 종목의 거래일"),
        }
        text = t(
            "{text} {counted}",
            "{text}({counted} 기준)",
            text=text,
            counted=dated(held.counted, lambda word: words[word]),
        )
    if held.at_most is not None:
        text = t(
            "{text}, a halt being waited for {n} at most",
            "{text}(매매거래정지 시 최대 {n}까지 대기)",
            text=text,
            n=dated(held.at_most, duration),
        )
    return text


def _demerger(held: Demerger, section: Section, under: Text | None) -> None:
    if held.parent_stays is not None:
        stays = held.parent_stays
        section.say(
            stays.path,
            t(
                "Demerger, surviving company, valued at its part of the undivided company: it stays if "
                "{inner}; otherwise it leaves before the open of the session after it has traded again "
                "for {after}, and {replaced}{below}.",
                "분할존속회사(분할 전 회사의 값에 분할비율을 곱한 값으로 심사): {inner}(이)면 "
                "유지한다. 그렇지 않으면 거래 재개 후 {after}이(가) 지난 다음 거래일에 제외하고 "
                "{replaced}{below}.",
                after=dated(stays.after, duration),
                inner=condition(stays.require),
                replaced=dated(stays.replace_from, lambda word: _REPLACED_FROM[word]),
                below=_if_below(stays.if_below),
            ),
            under,
        )
    if held.new_company_joins is not None:
        joins = held.new_company_joins
        section.say(
            joins.path,
            t(
                "Demerger, new company: it joins{inner}; effective on {day}; {replaces}{leaver}.",
                "분할신설회사: {inner} 편입한다. 시행일은 {day}이며 {replaces}{leaver}.",
                inner=_new_company(joins.require),
                day=dated(joins.effective, phrase),
                replaces=dated(joins.replaces, lambda word: _REPLACES[word]),
                leaver=_leaver(joins.leaver),
            ),
            under,
        )


def _new_company(require: Any) -> Text:
    """What the new company of a demerger must meet; a float factor of 0 % or more is always met."""
    inner = condition(require)
    if inner.en == "its free-float factor is at least 0 %":
        return Text(" in any case", "언제나")
    return t(
        ", valued at its part of the undivided company, if {inner}",
        "분할 전 회사의 값에 분할비율을 곱한 값으로 심사하여 {inner}(이)면",
        inner=inner,
    )


def governance(rule: Methodology, section: Section) -> None:
    """Who decides, the decisions of the committee that the rule holds as data, and corrections."""
    if not rule.committee:
        section.say(
            "",
            Text(
                "Constituents and weights follow from these rules and the data alone; no decision of a "
                "committee is recorded.",
                "구성종목과 비중은 이 규칙과 자료만으로 정하며, 기록된 위원회 결정은 없다.",
            ),
        )
    for item in rule.committee:
        acts = [
            t("{what} {names}", "{names} {what}", what=what, names=", ".join(names))
            for what, names in (
                (Text("added", "편입"), item.add),
                (Text("removed", "제외"), item.remove),
                (Text("refused", "편입 불허"), item.refuse),
                (Text("kept", "유지"), item.keep),
            )
            if names
        ]
        section.say(
            item.path,
            t(
                "{day}: {acts} ({why}; {ref}).",
                "{day}: {acts} ({why}; {ref}).",
                day=day(item.effective),
                acts=joined(acts, "; "),
                why=item.why,
                ref=f"{item.who}, {item.ref}" if item.who else item.ref,
            ),
        )
    section.say(
        "",
        Text(
            "A level once written is corrected only on request, and the value it replaces is kept.",
            "한번 기록한 지수는 요청이 있을 때만 정정하며 정정 전 값을 함께 보관한다.",
        ),
    )
