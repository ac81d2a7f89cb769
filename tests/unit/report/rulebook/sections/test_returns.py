"""The formulas of the level, and the versions with dividends."""

from __future__ import annotations

from indexcalc.report.rulebook.sections.returns import calculation, returns
from tests.rulebook_sections import rule_of, said, section_of


def test_a_price_index_has_no_formula_of_dividends() -> None:
    assert said(returns) == ["It is computed as a price return index by default."]
    section = section_of(calculation, rule_of())
    assert len(section.formulas) == 2
    assert not any("dividend" in item.text.en for item in section.sentences)


def test_when_dividends_are_reinvested_decides_the_formula() -> None:
    after = section_of(calculation, rule_of(returns="{kinds: [price, gross], order: after}"))
    before = section_of(calculation, rule_of(returns="{kinds: [price, gross], order: before}"))
    assert after.formulas[2].en == "total return(t) = total return(t−1) × (S(t) + V(t)) / R(t)"
    assert before.formulas[2].en == (
        "total return(t) = total return(t−1) × S(t) / R(t) × (1 + V(t) / R(t))"
    )


def test_a_korean_formula_has_korean_words() -> None:
    section = section_of(calculation, rule_of(returns="{kinds: [price, gross]}"))
    assert section.formulas[1].ko.startswith("지수(t) = 지수(t−1) × S(t) / R(t)")
    assert section.formulas[2].ko.startswith("총수익지수(t) = 총수익지수(t−1)")


def test_tax_by_country_and_where_dividends_go() -> None:
    text = "{kinds: [price, net], withholding: {DE: 26.375%, FR: 25%}, reinvest: paying_stock}"
    assert said(returns, returns=text) == [
        "It is computed as a price return and net total return index by default.",
        "Tax withheld from dividends in the net version: DE: 26.375 %, FR: 25 %.",
        "Dividends are reinvested in the stock that pays.",
    ]
