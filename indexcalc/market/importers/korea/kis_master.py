"""KIS instrument masters (kospi_code.mst, kosdaq_code.mst): fixed width, cp949, one line a security.

A line is a head (symbol 9, ISIN 12, name: the rest) and a tail of fixed length.  The name has a
width in bytes, so lines are cut as bytes, the tail from the right end, and only then decoded.  The
widths are those of the broker's published description of the two files.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.diagnostics import Span
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.importers.files.source import read_bytes
from indexcalc.market.importers.imported import KRX_FACTS, Imported, Observed, Options, date_of_file
from indexcalc.market.importers.problems import Problems

_HEAD = (9, 12)


class Layout(Struct, frozen=True):
    """The tail of a line: field names and widths in bytes, in order ('' = not used)."""

    market: str
    fields: tuple[tuple[str, int], ...]

    @property
    def width(self) -> int:
        """Bytes of the tail."""
        return sum(width for _, width in self.fields)


_START = (("group", 2), ("size_class", 1), ("industry_large", 4), ("industry_mid", 4))
_TRADING = (
    ("base_price", 9),
    ("lot", 5),
    ("lot_after_hours", 5),
    ("halted", 1),
    ("delisting_trade", 1),
    ("administrative", 1),
    ("warning", 2),
    ("warning_notice", 1),
    ("unfaithful_disclosure", 1),
    ("backdoor_listing", 1),
    ("ex_flag", 2),
    ("par_change", 2),
    ("capital_increase", 2),
    ("margin_rate", 3),
    ("credit", 1),
    ("credit_days", 3),
    ("volume_before", 12),
    ("par", 12),
    ("listing_date", 8),
    ("shares_thousands", 15),
    ("capital", 21),
    ("fiscal_month", 2),
    ("offer_price", 7),
    ("preferred", 1),
    ("short_sale_overheated", 1),
    ("abnormal_rise", 1),
    ("krx300", 1),
)
_FIGURES = (
    ("sales", 9),
    ("operating_profit", 9),
    ("ordinary_profit", 9),
    ("net_profit", 5),
    ("return_on_equity", 9),
    ("figures_month", 8),
    ("market_cap", 9),
    ("group_company", 3),
    ("credit_limit_exceeded", 1),
    ("collateral", 1),
    ("stock_loan", 1),
)


def _flags(*names: str) -> tuple[tuple[str, int], ...]:
    return tuple((name, 1) for name in names)


KOSPI = Layout(
    "KOSPI",
    (
        *_START,
        ("industry_small", 4),
        *_flags("manufacturing", "low_liquidity", "governance", "kospi200_sector", "kospi100"),
        *_flags("kospi50", "krx", "etp", "elw_issued", "krx100", "krx_auto"),
        *_flags("krx_semiconductor", "krx_bio", "krx_bank", "spac", "krx_energy"),
        *_flags("krx_steel", "overheated", "krx_media", "krx_construction", "", "krx_securities"),
        *_flags("krx_ship", "krx_insurance", "krx_transport", "sri"),
        *_TRADING,
        ("kospi", 1),
        *_FIGURES,
    ),
)
KOSDAQ = Layout(
    "KOSDAQ",
    (
        *_START,
        ("industry_small", 4),
        *_flags("venture", "low_liquidity", "krx", "etp", "krx100", "krx_auto"),
        *_flags("krx_semiconductor", "krx_bio", "krx_bank", "spac", "krx_energy", "krx_steel"),
        *_flags("overheated", "krx_media", "krx_construction", "caution", "krx_securities"),
        *_flags("krx_ship", "krx_insurance", "krx_transport", "kosdaq150"),
        *_TRADING,
        *_FIGURES,
    ),
)
LAYOUTS = (KOSPI, KOSDAQ)

SECURITY_TYPES = {
    "ST": "stock",
    "RT": "reit",
    "IF": "infrastructure_fund",
    "SC": "ship_fund",
    "FS": "foreign",
    "DR": "depositary_receipt",
    "MF": "fund",
    "BC": "fund",
    "PF": "fund",
}
# Products and rights on shares: no index of shares holds them.
OUT_OF_SCOPE = {
    "EF": "ETF",
    "FE": "foreign ETF",
    "EN": "ETN",
    "EW": "ELW",
    "SW": "subscription warrant certificates",
    "SR": "subscription right certificates",
}
# 1 the (old) preferred share, 2 those issued later (2우B ...), 9 those that convert.
_SHARE_CLASSES = {"0": "common", "1": "preferred", "2": "preferred", "9": "preferred"}
DESIGNATIONS = ("administrative", "delisting_trade", "halted")
_STATIC = ("market", "security_type", "share_class", "isin", "listing_date")
_VARYING = ("name", "size_class", "industry_large", "industry_mid", "industry_small")
_INDEX_FLAGS = ("kospi200_sector", "kospi100", "kospi50", "krx300", "kospi", "kosdaq150")


def layout_of(data: bytes) -> Layout | None:
    """The layout whose fields the first line fits; None: it is not such a master."""
    line = data.split(b"\n", 1)[0].rstrip(b"\r")
    for layout in LAYOUTS:
        if len(line) <= layout.width + sum(_HEAD):
            continue
        cut = _tail(layout, line)
        if cut["group"].decode("latin-1") in {**SECURITY_TYPES, **OUT_OF_SCOPE} and all(
            cut[name].strip().isdigit() for name in ("listing_date", "par", "shares_thousands")
        ):
            return layout
    return None


def _tail(layout: Layout, line: bytes) -> dict[str, bytes]:
    tail = line[-layout.width :]
    stops = itertools.accumulate(width for _, width in layout.fields)
    cut = [0, *stops]
    return {
        name: tail[start:stop]
        for (name, _), (start, stop) in zip(layout.fields, itertools.pairwise(cut), strict=True)
    }


def fields(path: Path, data: bytes) -> tuple[Layout, list[int], list[dict[str, str]]]:
    """(layout, line numbers, fields as written without outer blanks) of every line of a master.

    ImportRefused: IMP002 (not such a master), IMP003 (cut lines), IMP004 (bytes that are not cp949).
    """
    layout = layout_of(data)
    problems = Problems(str(path))
    if layout is None:
        problems.add("IMP002", "the first line is not one of a KIS kospi or kosdaq master")
        problems.finish()
    assert layout is not None
    numbers: list[int] = []
    rows: list[dict[str, str]] = []
    length = len(data.split(b"\n", 1)[0].rstrip(b"\r"))
    for number, raw in enumerate(data.split(b"\n"), start=1):
        line = raw.rstrip(b"\r")
        if not line:
            continue
        if len(line) != length:
            problems.add(
                "IMP003",
                f"{len(line)} bytes, the first line has {length}",
                span=Span(str(path), number, 1),
                hint="cut by bytes and copied as it is; an editor may have changed the encoding",
            )
            continue
        head = {
            "symbol": line[:9],
            "isin": line[9:21],
            "name": line[21 : len(line) - layout.width],
        }
        try:
            cut = {**head, **_tail(layout, line)}
            rows.append({name: raw.decode("cp949").strip() for name, raw in cut.items() if name})
            numbers.append(number)
        except UnicodeDecodeError as error:
            problems.add(
                "IMP004",
                f"bytes {error.object[error.start : error.end].hex(' ')} are not cp949 text",
                span=Span(str(path), number, 1),
            )
    problems.finish()
    return layout, numbers, rows


def read(path: Path, options: Options) -> Imported:
    """The state of every line of shares on the day of a master.

    Observed: ``securities`` (market, security_type, share_class, isin, listing_date held since the
    listing; name, size class, industry codes and index flags as seen that day), ``designations``
    (administrative, delisting_trade, halted from that day).  Dropped and counted: ETFs, ETNs, ELWs,
    warrants, rights.  ImportRefused: IMP001-IMP004, IMP006.
    """
    layout, numbers, lines = fields(path, read_bytes(path, options.max_size))
    result = Imported(str(path), "kis-master", facts=dict(KRX_FACTS))
    seen = date_of_file(path, options, result)
    problems = Problems(str(path))
    records: list[dict[str, Any]] = []
    dropped: Counter[str] = Counter()
    for number, line in zip(numbers, lines, strict=True):
        group = line["group"]
        if group in OUT_OF_SCOPE:
            dropped[group] += 1
            continue
        row = _row(layout, line, number, problems)
        if row is not None:
            records.append(row)
    problems.finish()
    result.note("read", f"lines of the {layout.market} master of {seen}", len(lines))
    for group, count in sorted(dropped.items()):
        result.note("dropped", f"{OUT_OF_SCOPE[group]} (group {group})", count)
    day = day_number(seen)
    _observe(records, day, result)
    return result


def _row(
    layout: Layout, line: dict[str, str], number: int, problems: Problems
) -> dict[str, Any] | None:
    span = Span(problems.path, number, 1, 9)
    group = line["group"]
    if group not in SECURITY_TYPES:
        problems.add(
            "IMP004",
            f"{line['symbol']}: unknown security group {group!r}",
            span=span,
            hint=f"known: {', '.join((*SECURITY_TYPES, *OUT_OF_SCOPE))}",
        )
        return None
    if line["preferred"] not in _SHARE_CLASSES:
        problems.add(
            "IMP004", f"{line['symbol']}: unknown preferred flag {line['preferred']!r}", span=span
        )
        return None
    for name in (*DESIGNATIONS, "spac"):
        if line[name] not in ("Y", "N"):
            problems.add(
                "IMP004", f"{line['symbol']}: {name} is {line[name]!r}, not Y or N", span=span
            )
            return None
    try:
        listed = dt.datetime.strptime(line["listing_date"], "%Y%m%d").date()
    except ValueError:
        problems.add(
            "IMP004", f"{line['symbol']}: listing date {line['listing_date']!r}", span=span
        )
        return None
    return {
        **line,
        "market": layout.market,
        "security_type": "spac" if line["spac"] == "Y" else SECURITY_TYPES[group],
        "share_class": _SHARE_CLASSES[line["preferred"]],
        "listing_date": day_number(listed),
    }


def _observe(records: list[dict[str, Any]], day: int, result: Imported) -> None:
    if not records:
        return
    names = [*_STATIC, *_VARYING, *(name for name in _INDEX_FLAGS if name in records[0])]
    columns: dict[str, Any] = {
        "symbol": arrow.from_texts(row["symbol"] for row in records),
        "valid_from": arrow.from_days(np.full(len(records), day, dtype=np.int32)),
    }
    for name in names:
        if name == "listing_date":
            columns[name] = arrow.from_days([row[name] for row in records])
        else:
            columns[name] = arrow.from_texts(row[name] or None for row in records)
    result.observed.append(Observed("securities", arrow.table(columns), held_since=_STATIC))
    result.note("read", "lines of shares", len(records))
    result.note(
        "assumed",
        "market, security type, share class and ISIN held since the listing date, where nothing "
        "stored differs",
        len(records),
    )
    flagged = [
        (row["symbol"], kind) for row in records for kind in DESIGNATIONS if row[kind] == "Y"
    ]
    result.observed.append(
        Observed(
            "designations",
            arrow.table(
                {
                    "symbol": arrow.from_texts(symbol for symbol, _ in flagged),
                    "from": arrow.from_days(np.full(len(flagged), day, dtype=np.int32)),
                    "kind": arrow.from_texts(kind for _, kind in flagged),
                }
            ),
            day=day,
            symbols=tuple(row["symbol"] for row in records),
            kinds=DESIGNATIONS,
        )
    )
    result.note(
        "assumed",
        f"{', '.join(DESIGNATIONS)} hold from the day of the master: when they began is not in it",
        len(flagged),
    )
