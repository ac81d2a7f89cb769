"""A currency is a code of ISO 4217; what looks like one is told with the code it means."""

from __future__ import annotations

import pytest

from indexcalc.methodology.load.load import RuleTextError, rule_from_text
from indexcalc.methodology.values.currencies import CURRENCIES, meant

RULE = """
index: mine
currency: {currency}
calendar: {calendar}
base: {{date: 2015-01-02, level: 100}}
universe: {{where: {{market: KOSPI}}}}
review: {{months: [6, 12], effective: 2nd friday, cutoff: last session 2 months before}}
"""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("WON", "KRW"),
        ("krw", "KRW"),
        ("KWR", "KRW"),
        ("YEN", "JPY"),
        ("RMB", "CNY"),
        ("Euro", "EUR"),
        ("QQQ", ""),
    ],
)
def test_a_text_that_is_no_currency_is_told_with_the_one_it_means(text: str, code: str) -> None:
    assert meant(text) == code
    with pytest.raises(RuleTextError) as refused:
        rule_from_text(RULE.format(currency=text, calendar="XKRX"), "mine.yaml")
    (found,) = refused.value.diagnostics
    assert (found.code, found.where) == ("RUL008", "currency")
    assert f"`{text}` is not a currency" in found.message
    assert found.hint == (f"did you mean `{code}`?" if code else found.hint)
    assert "ISO 4217" in found.hint or code


@pytest.mark.parametrize("code", ["KRW", "USD", "DEM", "BGN", "CNH", "XAU"])
def test_currencies_of_today_and_of_old_series_are_good(code: str) -> None:
    assert rule_from_text(RULE.format(currency=code, calendar="XKRX"), "mine.yaml").currency == code


def test_every_code_is_three_capitals() -> None:
    assert all(len(code) == 3 and code.isupper() and code.isascii() for code in CURRENCIES)
