"""Currencies and exchanges by name, with the code that rules and data use behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from indexcalc.report.rulebook.words.text import Text, plain, t

CURRENCIES: Final[Mapping[str, Text]] = {
    "KRW": Text("Korean won", "원화"),
    "USD": Text("US dollars", "미국 달러"),
    "EUR": Text("euro", "유로"),
    "GBP": Text("pounds sterling", "영국 파운드"),
    "JPY": Text("Japanese yen", "일본 엔"),
    "CNY": Text("renminbi", "중국 위안"),
    "HKD": Text("Hong Kong dollars", "홍콩 달러"),
    "CHF": Text("Swiss francs", "스위스 프랑"),
}
EXCHANGES: Final[Mapping[str, Text]] = {
    "XKRX": Text("the Korea Exchange", "한국거래소"),
    "XNYS": Text("the New York Stock Exchange", "뉴욕증권거래소"),
    "XNAS": Text("Nasdaq", "나스닥"),
    "XLON": Text("the London Stock Exchange", "런던증권거래소"),
    "XETR": Text("Xetra", "제트라"),
    "XTKS": Text("the Tokyo Stock Exchange", "도쿄증권거래소"),
    "XHKG": Text("the Hong Kong Stock Exchange", "홍콩증권거래소"),
    "XSHG": Text("the Shanghai Stock Exchange", "상하이증권거래소"),
}


def with_code(names: Mapping[str, Text], code: str) -> Text:
    """The name with its code, ``Korean won (KRW)``; the code alone where no name is known."""
    name = names.get(code)
    return (
        plain(code)
        if name is None
        else t("{name} ({code})", "{name}({code})", name=name, code=code)
    )
