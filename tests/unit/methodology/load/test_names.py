"""Names inside a rule: free to take, and defined where they are used."""

from __future__ import annotations

import pytest

from indexcalc.diagnostics import RuleError
from indexcalc.methodology.load.names import FIELDS, reserved_words
from tests.unit.methodology.small_rule import HEAD, found_in, rule

MEASURES = "measures: {size: {last: market_cap}}\n"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("measures: {close: {last: close}}\n", [("RUL013", 7, 12)]),
        ("measures: {rank: {last: close}}\n", [("RUL013", 7, 12)]),
        ("measures: {a: {last: close}}\ngroups: {a: {column: sector}}\n", [("RUL013", 8, 10)]),
        ("rebalance: {months: [3], effective: session after expiry}\n", [("DTE005", 7, 37)]),
        ("measures: {effective: {last: close}}\n", [("RUL013", 7, 12)]),
        ("measures: {inclusion: {last: close}}\n", [("RUL013", 7, 12)]),
        ("dates: {limit: {months: [3], on: 2nd friday}}\n", [("RUL013", 7, 9)]),
        # A day may be called as a column is, and as a measure is; a column as neither.
        ("dates: {sector: {months: [3], on: 2nd friday}}\n", []),
        (MEASURES + "dates: {size: {months: [3], on: 2nd friday}}\n", []),
        ("columns: {sector: text}\n", []),
        (
            "groups: {g: {column: sector, merge: {x: [a]}}}\ncolumns: {g: text}\n",
            [("RUL013", 8, 11)],
        ),
        # The measure of a threshold must be one, or a column.
        ("eligibility: {close: {min: 50% of sise at rank 3}}\n", [("RUL014", 7, 28)]),
        ("eligibility: {close: {min: 50% of traded_value at rank 3}}\n", []),
        (MEASURES + "eligibility: {close: {min: 50% of size at rank 3}}\n", []),
    ],
)
def test_names_that_clash_or_are_not_defined(
    more: str, expected: list[tuple[str, int, int]]
) -> None:
    if expected:
        assert found_in(HEAD + more) == expected
    else:
        assert rule(more).warnings == ()


def test_the_hint_names_what_may_have_been_meant_or_what_there_is() -> None:
    hints = {}
    for word in ("sise", "wholly_other"):
        with pytest.raises(RuleError) as refused:
            rule(MEASURES + f"eligibility: {{close: {{min: 50% of {word} at rank 3}}}}\n")
        (item,) = refused.value.diagnostics
        hints[word] = (item.message, item.hint)
    assert hints == {
        "sise": ("there is no measure `sise`", "did you mean `size`?"),
        "wholly_other": (
            "there is no measure `wholly_other`",
            "defined: size; or define it: `measures: {wholly_other: {mean: market_cap, over: 6 months}}`",
        ),
    }


def test_what_a_name_is_also_is_told() -> None:
    said = (
        "measures: {size: {last: close}, below: {last: close}, close: {last: close}}\n"
        "groups: {g: {column: sector, merge: {x: [a]}}, size: {column: sector, merge: {x: [a]}}}\n"
        "columns: {g: text}\n"
    )
    with pytest.raises(RuleError) as refused:
        rule(said)
    assert [(item.where, item.message) for item in refused.value.diagnostics] == [
        ("measures.below", "`below` is also a word of the rule language"),
        ("measures.close", "`close` is also a column"),
        ("groups.size", "`size` is also a measure"),
        ("columns.g", "`g` is also a group"),
    ]


def test_keys_of_every_block_are_reserved_and_columns_are_not() -> None:
    words = reserved_words()
    assert {"limit", "together", "steps", "not_in", "cutoff", "session"} <= words
    assert {"listed_for", "existing_count"} <= FIELDS
    assert not {"listed_for", "sector"} & words


def test_a_day_that_nothing_defines_is_told_with_how_it_is_defined() -> None:
    with pytest.raises(RuleError) as refused:
        rule("rebalance: {months: [3], effective: session after expiry}\n")
    (found,) = refused.value.diagnostics
    assert (found.code, found.hint) == (
        "DTE005",
        "define it: `dates: {expiry: {months: [3, 6, 9, 12], on: 2nd thursday}}`",
    )


def test_groupings_every_market_has_need_no_column() -> None:
    caps = "weighting: {{caps: [{{per: {0}, limit: 30%}}]}}\n"
    for word in ("security", "issuer", "sector"):
        assert rule(caps.format(word)).warnings == ()
    (warning,) = rule(caps.format("board_of_list")).warnings
    assert warning.code == "RUL118"
    assert warning.hint == (
        "define it: `groups: {board_of_list: {column: sector}}`; "
        "or, if your market has it as a column, `columns: {board_of_list: text}`, or number"
    )
    (warning,) = rule("eligibility: {wholly_other: {min: 3}}\n").warnings
    assert warning.hint.startswith("define it: `measures: {wholly_other: {mean: market_cap")
    (warning,) = rule("measures: {a: {mean: wholly_other, over: 2 months}}\n").warnings[:1]
    assert warning.hint == "if yours has it: `columns: {wholly_other: number}`, or text"
    # As a field, `security` is a column nobody has said there is.
    (field,) = rule("eligibility: {security: A}\n").warnings
    assert field.code == "RUL118"


def test_a_misspelt_field_is_a_warning() -> None:
    (warning,) = rule(MEASURES + "eligibility: {sizes: {min: 3}}\n").warnings
    assert (warning.code, warning.severity, warning.hint) == (
        "RUL017",
        "warning",
        "did you mean `size`?",
    )
    assert warning.span is not None
    assert (warning.span.line, warning.span.column) == (8, 15)


def test_a_short_measure_is_guessed_from_one_wrong_letter() -> None:
    (warning,) = rule(MEASURES + "eligibility: {sise: {min: 3}}\n").warnings
    assert (warning.code, warning.hint) == ("RUL017", "did you mean `size`?")


def test_a_misspelt_day_that_needs_no_definition_is_recognised() -> None:
    head = HEAD.replace("last session 2 months before", "9 sessions before efective")
    with pytest.raises(RuleError) as refused:
        rule(head=head)
    (found,) = refused.value.diagnostics
    assert (found.code, found.hint) == ("DTE005", "did you mean `effective`?")


def test_a_column_no_table_has_is_a_warning_until_it_is_said() -> None:
    more = MEASURES + "eligibility: {beauty: {min: 3}}\n"
    (warning,) = rule(more).warnings
    assert warning.code == "RUL118"
    assert warning.span is not None
    assert (warning.span.line, warning.span.column) == (8, 15)
    said = rule(more + "columns: {beauty: number}\n")
    assert (said.warnings, said.columns["beauty"].of) == ((), "number")
    words = rule(more + "columns: {beauty: {of: number, means: {en: how fair it is}}}\n")
    assert words.columns["beauty"].means == {"en": "how fair it is"}
    (table,) = rule(more.replace("beauty", "memberships")).warnings  # a table is no column
    assert table.code == "RUL118"
    assert rule("measures: {paid: {count: dividends, over: 3 years}}\n").warnings == ()
    taken = HEAD + more + "columns: {beauty: number, size: number}\n"
    assert found_in(taken) == [("RUL013", 9, 27)]
