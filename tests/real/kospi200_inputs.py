"""What the real KOSPI 200 reviews take for granted, as the user tables that say it.

Neither KRX's sectors nor its float factors of 2022 and 2023 are in any file, so both are stated
assumptions that look ahead: KRX's own sector labels of September 2026, for names that file lacks its
sector-index code or WICS, for the rest what most names of the same industry have; the float ratio of
2026, 1 where there is none (the rule asks only for 10 %).
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from tests.real import markets

ALWAYS = "1950-01-01"
MASTERS = ("2022-12-05", "2023-04-21", "2023-05-09", "2023-06-20", "2026-02-04")
REVIEWS = tuple(dt.date.fromisoformat(day) for day in ("2022-06-10", "2022-12-09", "2023-06-09"))

# The list in force before each review begins on a day on which a snapshot shows it.
IN_FORCE_FROM = dict(zip(REVIEWS, ("2022-03-18", "2022-06-10", "2023-04-14"), strict=True))

# From the list of about 1 July 2022 back to the one before the review of June 2022.
LEFT_SINCE = frozenset(["000060", "039130", "137310", "271940", "300720", "381970", "383220"])
JOINED_SINCE = frozenset(["002350", "003000", "003520", "006120", "064960", "079160", "192400"])

WICS = {
    "에너지": "energy",
    "소재": "materials",
    "산업재": "industrials",
    "경기관련소비재": "consumer_discretionary",
    "필수소비재": "consumer_staples",
    "건강관리": "health_care",
    "금융": "financials",
    "리츠": "real_estate",
    "IT": "information_technology",
    "커뮤니케이션서비스": "communication_services",
    "유틸리티": "utilities",
}
# KRX's sector indices of the KOSPI 200 that lie inside one of the ten groups ...
ONE_GROUP = {
    "2": "industrials",  # heavy industry
    "3": "materials",  # steel and materials
    "5": "information_technology",
    "6": "financials",
    "8": "consumer_discretionary",
    "9": "industrials",
    "A": "health_care",
    "B": "communication_services",
}
# ... and those that have names of two: the WICS sector decides between them.
TWO_GROUPS = {
    "1": ("industrials", "materials"),  # construction, with its materials
    "4": ("materials", "energy"),  # energy and chemicals
    "7": ("consumer_staples", "utilities"),  # living goods
}

# Which sectors: KRX's own list of 2026, for names it lacks KRX's codes and then WICS; one
# classification for all names; KRX's codes, which only members have, before it; the same of names that
# were members before the reviews; and what the file of 2026 has, alone.
SECTOR_READINGS = ("official", "wics", "codes", "codes of existing", "wics alone")


def _master(real_data: Path, board: str, day: str) -> Iterator[dict[str, str]]:
    yield from markets.rows_of(real_data / "instruments" / f"{board}_{day}.parquet")


def flagged(real_data: Path, day: str) -> set[str]:
    """Members of the KOSPI 200 by the flags of a master."""
    return {
        row["symbol"]
        for row in _master(real_data, "kospi", day)
        if row["k200_sector"] not in ("", "0") and row["group"] == "ST"
    }


def members_of_july(real_data: Path, year: int) -> set[str]:
    """The KOSPI 200 at about 1 July of a year."""
    rows = markets.rows_of(real_data / "kospi200_members_2010_2023.parquet")
    return {row["symbol"] for row in rows if row["date"].year == year}


def existing(real_data: Path) -> dict[dt.date, set[str]]:
    """By review: the real list in force before it."""
    july = members_of_july(real_data, 2022)
    lists = (
        (july - LEFT_SINCE) | JOINED_SINCE,
        flagged(real_data, "2022-12-05"),
        flagged(real_data, "2023-04-21"),
    )
    return dict(zip(REVIEWS, lists, strict=True))


def resulting(real_data: Path) -> dict[dt.date, set[str]]:
    """By review: the real list it made."""
    july = members_of_july(real_data, 2022)
    lists = (
        flagged(real_data, "2022-12-05"),
        (july - {"000070"}) | {"280360"},
        flagged(real_data, "2023-06-20"),
    )
    return dict(zip(REVIEWS, lists, strict=True))


def wics_of_2026(real_data: Path) -> dict[str, str]:
    """Sector by symbol, of the file of 2026."""
    rows = markets.rows_of(real_data / "float_ratio_sector_2026_03.parquet")
    return {row["symbol"]: WICS[row["sectorName"]] for row in rows}


def _group_of_code(code: str, wics: str | None) -> str:
    if code in ONE_GROUP:
        return ONE_GROUP[code]
    first, second = TWO_GROUPS[code]
    return second if wics == second else first


def official_of_2026(real_data: Path) -> dict[str, str]:
    """Sector by symbol, of KRX's own list of September 2026."""
    with (real_data / "gics_sector_2026_09.csv").open(encoding="utf-8", newline="") as file:
        return {row["symbol"]: row["sector"] for row in csv.DictReader(file)}


def sectors(real_data: Path, reading: str = "official") -> dict[str, str]:
    """Sector by symbol, one for all time; ``reading``: of ``SECTOR_READINGS``."""
    wics = wics_of_2026(real_data)
    if reading == "wics alone":
        return wics
    industry: dict[str, str] = {}
    codes: dict[str, str] = {}
    for day in MASTERS:
        for row in _master(real_data, "kospi", day):
            if row["preferred"] == "0" and row["group"] == "ST":
                industry.setdefault(row["symbol"], row["idx_mid"])
            if row["k200_sector"] not in ("", "0"):
                codes.setdefault(row["symbol"], row["k200_sector"])
    asked = set(codes)
    if reading == "wics":
        asked -= set(wics)
    elif reading == "codes of existing":
        asked &= set.union(*existing(real_data).values())
    by_code = {symbol: _group_of_code(codes[symbol], wics.get(symbol)) for symbol in asked}
    found = wics | by_code
    if reading == "official":
        found |= official_of_2026(real_data)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for symbol, number in industry.items():
        if symbol in found and number != "0000":
            votes[number][found[symbol]] += 1
    most = {number: counts.most_common(1)[0][0] for number, counts in votes.items()}
    by_industry = {
        symbol: most[number]
        for symbol, number in industry.items()
        if symbol not in found and number in most
    }
    return found | by_industry


def float_factors(real_data: Path, lines: set[str]) -> dict[str, float]:
    """Float factor by symbol: the file of 2026, and 1 for ``lines`` it has no figure of."""
    rows = markets.rows_of(real_data / "float_ratio_sector_2026_03.parquet")
    rates = {row["symbol"]: row["sharesFloatingRate"] for row in rows}
    return {
        symbol: 1.0 if rates.get(symbol) is None else round(rates[symbol] / 100, 4)
        for symbol in sorted(lines)
    }


def administrative(real_data: Path, first_from: str | None = None) -> list[dict[str, str]]:
    """Rows of ``designations`` from the masters of 2022 and 2023: from the first that shows the flag
    to the first that does not.  ``first_from``: flags of the first master hold from then."""
    rows: list[dict[str, str]] = []
    for board, days in (("kospi", MASTERS[:4]), ("kosdaq", MASTERS[:2])):
        shown = {
            day: {row["symbol"] for row in _master(real_data, board, day) if row["admin"] == "Y"}
            for day in days
        }
        for symbol in sorted(set.union(*shown.values())):
            since: str | None = None
            for day, following in pairwise((*days, "")):
                if symbol in shown[day] and since is None:
                    since = first_from if first_from and day == days[0] else day
                if since is not None and (not following or symbol not in shown[following]):
                    keys = {"symbol": symbol, "kind": "administrative"}
                    rows.append({**keys, "from": since, "to": following})
                    since = None
    return rows


def add_assumptions(
    market: Path,
    folder: Path,
    real_data: Path,
    sector_reading: str = "official",
    administrative_from: str | None = None,
) -> None:
    """Import the user tables but the list in force into a market of weekly snapshots.

    ``folder``: an empty one, for the files.
    """
    columns = ("symbol", "market")
    rows = markets.rows_of(real_data / "snapshots_2020_2023h1.parquet", *columns)
    lines = {row["symbol"] for row in rows if row["market"] != "KONEX"}
    factors = [
        {"symbol": symbol, "effective_date": ALWAYS, "float_factor": repr(factor)}
        for symbol, factor in float_factors(real_data, lines).items()
    ]
    labels = [
        {"symbol": symbol, "valid_from": ALWAYS, "sector": sector}
        for symbol, sector in sorted(sectors(real_data, sector_reading).items())
        if symbol in lines
    ]
    flags = administrative(real_data, administrative_from)
    markets.user_rows(market, folder, "float_factors", factors)
    markets.user_rows(market, folder, "securities", labels)
    markets.user_rows(market, folder, "designations", flags)


def add_list(market: Path, folder: Path, real_data: Path, review: dt.date) -> None:
    """Import the list in force before one review."""
    rows = [
        {"index": "kospi200", "effective_date": IN_FORCE_FROM[review], "symbol": symbol}
        for symbol in sorted(existing(real_data)[review])
    ]
    markets.user_rows(market, folder, "memberships", rows)
