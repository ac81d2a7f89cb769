"""Invented names and symbols: nothing in the demo market can be taken for a real company.

Symbols are in ranges where the exchange lists no shares: 600000 to 899990 for domestic lines (real
ones stay below 500000), 97.... for foreign ones, and 07.. to 09.. before the letter of the new codes.
"""

from __future__ import annotations

import numpy as np

SECTORS: tuple[str, ...] = (
    "energy",
    "materials",
    "industrials",
    "consumer_discretionary",
    "consumer_staples",
    "health_care",
    "financials",
    "real_estate",
    "information_technology",
    "communication_services",
    "utilities",
)

_WORDS: dict[str, tuple[str, str]] = {
    "energy": ("Energy", "에너지"),
    "materials": ("Materials", "소재"),
    "industrials": ("Industry", "산업"),
    "consumer_discretionary": ("Leisure", "레저"),
    "consumer_staples": ("Foods", "식품"),
    "health_care": ("Health", "헬스"),
    "financials": ("Finance", "금융"),
    "real_estate": ("Property", "부동산"),
    "information_technology": ("Circuits", "회로"),
    "communication_services": ("Media", "미디어"),
    "utilities": ("Utility", "유틸"),
}
_VEHICLES: dict[str, tuple[str, str]] = {
    "reit": ("REIT", "리츠"),
    "infrastructure_fund": ("Infra Fund", "인프라"),
    "spac": ("SPAC", "스팩"),
    "foreign": ("Overseas", "해외"),
}
# The eight groups of the older industry classification, and KOSDAQ's own, as columns of the market.
_KSIC: dict[str, tuple[str, ...]] = {
    "energy": ("manufacturing", "mining"),
    "materials": ("manufacturing",),
    "industrials": ("manufacturing", "construction", "services", "manufacturing"),
    "consumer_discretionary": ("manufacturing", "services"),
    "consumer_staples": ("manufacturing", "fisheries", "manufacturing"),
    "health_care": ("manufacturing",),
    "financials": ("finance",),
    "real_estate": ("finance",),
    "information_technology": ("manufacturing", "manufacturing", "services"),
    "communication_services": ("services", "telecom"),
    "utilities": ("power_gas",),
}
_KOSDAQ_GROUP: dict[str, str] = {
    "information_technology": "it",
    "health_care": "bt",
    "communication_services": "ct",
    "real_estate": "financials",
}


def company_name(sector: str, security_type: str, number: int) -> tuple[str, str]:
    """(English, Korean) name of the ``number``-th company of its kind."""
    english, korean = _VEHICLES.get(security_type, _WORDS[sector])
    return f"Mock {english} {number:03d}", f"가상{korean}{number:03d}"


def ksic_group(sector: str, number: int) -> str:
    """The industry of the older classification (pre-2017 selection groups)."""
    choices = _KSIC[sector]
    return choices[number % len(choices)]


def kosdaq_sector(sector: str) -> str:
    """KOSDAQ's grouping: ``it``, ``bt``, ``ct`` are technology, the rest keep their sector."""
    return _KOSDAQ_GROUP.get(sector, sector)


def isin(symbol: str) -> str:
    """An ISIN-like code of a line: KR7, the symbol, 00, and the ISO 6166 check digit."""
    body = f"KR7{symbol}00"
    digits = "".join(str(int(character, 36)) for character in body)
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if position % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return body + str(-total % 10)


def domestic_symbols(rng: np.random.Generator, count: int) -> list[str]:
    """``count`` different symbols of common lines, 600000 .. 899990, ending in 0."""
    stems = rng.choice(np.arange(60_000, 90_000), size=count, replace=False)
    return [f"{stem}0" for stem in stems.tolist()]


def lettered_symbols(rng: np.random.Generator, count: int) -> list[str]:
    """``count`` different symbols of the new kind with a letter, such as ``0726Z0``."""
    letters = "ABCDEFGHJKLMNPQRSTVWXYZ"  # I, O and U are not used
    picks = rng.choice(np.arange(300 * len(letters)), size=count, replace=False)
    return [f"{700 + pick // len(letters):04d}{letters[pick % len(letters)]}0" for pick in picks]


def foreign_symbols(rng: np.random.Generator, count: int) -> list[str]:
    """``count`` different symbols of foreign lines, 970000 .. 979990."""
    stems = rng.choice(np.arange(97_000, 98_000), size=count, replace=False)
    return [f"{stem}0" for stem in stems.tolist()]
