"""Names of currencies and exchanges, with their codes."""

from __future__ import annotations

from indexcalc.report.rulebook.words.currencies_and_exchanges import (
    CURRENCIES,
    EXCHANGES,
    with_code,
)
from indexcalc.report.rulebook.words.text import Text


def test_a_name_stands_before_its_code_and_an_unknown_code_alone() -> None:
    assert with_code(EXCHANGES, "XLON") == Text(
        "the London Stock Exchange (XLON)", "런던증권거래소(XLON)"
    )
    assert with_code(CURRENCIES, "USD").en == "US dollars (USD)"
    assert with_code(CURRENCIES, "XTS") == Text("XTS", "XTS")
