"""A measure, group or date that is defined is used somewhere."""

from __future__ import annotations

from tests.unit.methodology.check.rules_and_findings import (
    found,
)


def test_what_is_used_is_not_unused() -> None:
    used = (
        "measures: {a: {last: market_cap}, b: {last: market_cap}, c: {last: market_cap}, "
        "d: {last: market_cap}, e: {last: market_cap}, f: {last: market_cap}}\n"
        "groups: {g: {column: sector}, h: {column: sector}, i: {column: sector}}\n"
        "dates: {x: {months: [3], on: 2nd friday}}\n"
        "rebalance: {months: [3], effective: session after x}\n"
        "eligibility: {a: {min: 50% of b at rank 5}}\n"
        "selection: {within: g, ties: [c, symbol], steps: [{fill: {to: 5, by: d}, within: h}]}\n"
        "weighting: {scheme: measure, by: e, caps: [{per: i, limit: 30%}]}\n"
        "maintenance: {joins_at: own, fast_entry: [{after: 5 sessions, require: {f: {min: 1}}, "
        "effective: session after listing, replaces: smallest}]}\n"
    )
    assert found(used) == []
    items = found("measures: {a: {last: market_cap}}\ngroups: {g: {column: sector}}\n")
    assert [(item.code, item.where) for item in items] == [
        ("RUL114", "measures.a"),
        ("RUL114", "groups.g"),
    ]
