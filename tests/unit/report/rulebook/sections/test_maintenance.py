"""Between reviews: shares, entries, exits, demergers; and who decides."""

from __future__ import annotations

from indexcalc.report.rulebook.sections.maintenance import governance, maintenance
from tests.rulebook_sections import said

MEASURES = "{size: {mean: market_cap, over: 15 sessions}}"


def test_when_share_counts_enter() -> None:
    assert said(maintenance) == ["Changes of share counts enter on the session they take effect."]
    assert said(maintenance, maintenance="{shares: at_rebalance}") == [
        "Changes of share counts enter at the next rebalance."
    ]
    assert said(maintenance, maintenance="{shares: {threshold: 5%, after: 3 sessions}}") == [
        "Changes of share counts enter once they reach 5 %, 3 sessions later."
    ]


def test_a_fast_entry_and_who_leaves_for_it() -> None:
    text = (
        "{fast_entry: [{after: 14 sessions, require: {size: {rank: 50}}, effective: session after test, "
        "replaces: smallest, leaver: first_reserve}]}"
    )
    held = {"measures": MEASURES, "maintenance": text}
    assert said(maintenance, **held)[1] == (
        "Fast entry: a new listing is tested 14 sessions after its first session; it enters if it ranks "
        "within the first 50 by “size”; effective on the session after the test date; the smallest "
        "constituent leaves for it; the leaver becomes the first of the reserve list."
    )
    assert said(maintenance, "ko", **held)[1].startswith(
        "신규상장 특례: 상장일부터 14거래일 후에 심사하여 "
        "다음을 모두 충족하면(“규모” 순위 50 이내) 편입한다."
    )


def test_deletions_by_a_fact_and_by_a_condition() -> None:
    text = (
        "{deletions: [{on: [delisting, merger], after: 2 sessions, counted: own, at_most: 15 sessions, "
        "replace_from: reserve, unless_review_within: 1 months}, "
        "{when: {close: {max: 1}}, after: 0 sessions, replace_from: none}]}"
    )
    assert said(maintenance, maintenance=text)[1:] == [
        "A constituent leaves on delisting or a merger in which it ends, after 2 sessions on which it "
        "trades, a halt being waited for 15 sessions at most; the first name of the reserve list takes "
        "its place; no place is filled within 1 month before a review takes effect.",
        "A constituent leaves once its closing price is at most 1, on that day; its place stays empty.",
    ]


def test_both_companies_of_a_demerger() -> None:
    text = (
        "{demerger: {parent_stays: {require: {size: {rank: 100}}, after: 2 sessions, "
        "replace_from: reserve, if_below: 200}, new_company_joins: {require: {size: {rank: 80}}, "
        "effective: session after listing, replaces: none}}}"
    )
    survivor, new = said(maintenance, measures=MEASURES, maintenance=text)[1:]
    assert survivor == (
        "Demerger, surviving company, valued at its part of the undivided company: it stays if it ranks "
        "within the first 100 by “size”; otherwise it leaves before the open of the session after it has "
        "traded again for 2 sessions, and the first name of the reserve list takes its place; a leaver "
        "is replaced only where fewer than 200 constituents remain."
    )
    assert new.endswith(
        "it joins, valued at its part of the undivided company, if it ranks within the first 80 by “size”; "
        "effective on the session after the listing date; nobody leaves for it."
    )


def test_what_becomes_of_a_demerger_is_said_where_the_rule_is_silent_too() -> None:
    reviewed = "{months: [6], effective: 2nd friday, cutoff: last session 1 month before}"
    assert said(maintenance, review=reviewed)[1:] == [
        "Demergers: the surviving company stays, the new one does not join."
    ]
    assert len(said(maintenance)) == 1  # every session: the new company joins by what it is


def test_decisions_of_the_committee_stand_in_place_of_none() -> None:
    nothing, corrected = said(governance)
    assert nothing.endswith("no decision of a committee is recorded.")
    assert corrected.startswith("A level once written is corrected only on request")
    decided = said(
        governance,
        committee="[{effective: 2021-01-04, add: [A1], remove: [B1, B2], who: board, why: merger, ref: n}]",
    )
    assert decided[0] == "4 January 2021: added A1; removed B1, B2 (merger; board, n)."
    assert len(decided) == 2
