"""The language of a page, and what the page is called in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexcalc.report.rulebook.words.names import SECTORS
from indexcalc.report.run_report.folder import RunFolder
from indexcalc.report.run_report.sweep import Sweep

_SPACED_PER_CENT = re.compile("(?<=[0-9])[ \u00a0]%")


class Words:
    """Picks the text of a language in the template: ``say('Reviews', '정기변경')``."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, english: str, korean: str) -> str:
        return korean if self.language == "ko" else english

    def source(self, text: str) -> str:
        """Where a figure of the assets is from."""
        return self(text, "입력값" if text == "as given" else text)

    def typeset(self, page: str) -> str:
        """The page with signs as the language sets them: Korean writes 31.8%, without a space."""
        return _SPACED_PER_CENT.sub("%", page) if self.language == "ko" else page

    def title(self, runs: Sequence[RunFolder], sweeps: Sequence[Sweep]) -> str:
        """The names of what the page is about."""
        names = [run.called(self.language) for run in runs]
        caps = self("caps", "비중 상한")
        for item in sweeps:
            name = item.called(self.language)
            names += [caps] if name in names else [name, caps]
        return " · ".join(dict.fromkeys(names))


KINDS = {
    "regular": ("regular review", "정기변경"),
    "rebalance": ("reweighting", "비중 조정"),
    "float": ("free float change", "유동비율 변경"),
    "capping": ("caps anew", "상한 재적용"),
    "deletion": ("deletion", "제외"),
    "demerger": ("demerger", "분할"),
    "merger": ("merger", "합병"),
    "fast_entry": ("fast entry", "특례편입"),
    "fast_exit": ("fast exit", "특례제외"),
    "committee": ("committee decision", "위원회 결정"),
    "given": ("given list", "주어진 명단"),
    "start": ("start", "시작"),
}
"""What made a list change, as ``reviews.parquet`` names it."""


def readable(name: str, language: str) -> str:
    """``information_technology`` as a person writes it: ``Information technology``, 정보기술."""
    if language == "ko" and name in SECTORS:
        return SECTORS[name].ko
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:] if text.isascii() else text


EVENTS = {
    "shares": ("share count", "주식수 변동"),
    "shares_listed": ("new shares listed", "신주 상장"),
    "shares_received": ("shares received", "주식 수령"),
    "carried": ("price carried", "가격 유지"),
    "split": ("split", "액면분할"),
    "consolidation": ("consolidation", "액면병합"),
    "bonus": ("bonus issue", "무상증자"),
    "stock_dividend": ("stock dividend", "주식배당"),
    "rights": ("rights issue", "유상증자"),
    "spin_off": ("spin-off", "분할"),
    "merger": ("merger", "합병"),
    "tender": ("tender", "공개매수"),
    "bankruptcy": ("bankruptcy", "파산"),
    "delisting": ("delisting", "상장폐지"),
    "capital_reduction": ("capital reduction", "감자"),
    "return_of_capital": ("return of capital", "자본 환급"),
    "special_dividend": ("special dividend", "특별배당"),
    "base_price": ("exchange's base price", "거래소 기준가"),
    "listing": ("listing", "상장"),
}
"""What met a member, as ``events.parquet`` names it."""


def event_in_words(event: str, language: str) -> str:
    """An event of the run; an unknown one without its underscores."""
    english, korean = EVENTS.get(event, (event.replace("_", " "), event.replace("_", " ")))
    return korean if language == "ko" else english


def kind_in_words(kind: str, language: str) -> str:
    """The kind of a change of the list; an unknown one without its underscores."""
    english, korean = KINDS.get(kind, (kind.replace("_", " "), kind.replace("_", " ")))
    return korean if language == "ko" else english
