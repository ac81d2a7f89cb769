"""Small markets full of ties and edges, as hypothesis strategies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.oracle.language import Symbol
from tests.oracle.rows import Row, SmallMarket

START = dt.date(2021, 1, 4)
SECTORS = ("banks", "energy", "food", "metals", "ships", "tech")
EXACT_FLOATS = (1.0, 0.5, 0.25, 0.75, 0.125, 0.0625)
DECIMAL_FLOATS = (1.0, 0.07, 0.1, 0.35, 0.62, 0.55, 0.095, 0.15, 0.05, 0.3, 0.0999, 0.149)
DURATIONS = (
    "1 session",
    "3 sessions",
    "10 sessions",
    "2 calendar months",
    "3 calendar months",
    "20 days",
    "1 month",
)
SEGMENTS = 4


@dataclass(frozen=True)
class Kind:
    """What a market is like: rules are made to fit.

    ``exact_floats``: float factors that are sums of powers of two, so that a float market cap has
    no rounding.  ``gaps``: some labels and float factors are missing.  ``lots``: prices are drawn
    from so many levels (few: ties everywhere).  ``existing``: who is in before the first review.
    """

    n: int
    sectors: tuple[str, ...]
    exact_floats: bool
    gaps: bool
    levels: int
    weekdays: tuple[int, ...]
    existing: str


@st.composite
def kinds(draw: st.DrawFn) -> Kind:
    """5 to 40 lines in 2 to 6 groups."""
    return Kind(
        n=draw(st.integers(5, 12) | st.integers(5, 40)),
        sectors=SECTORS[: draw(st.integers(2, 6))],
        exact_floats=draw(st.booleans()),
        gaps=draw(st.sampled_from((False, False, False, False, True))),
        levels=draw(st.sampled_from((2, 5, 100))),
        weekdays=draw(st.sampled_from(((0, 3), (1, 3, 4), (0, 2)))),
        existing=draw(st.sampled_from(("nobody", "everyone", "some", "some", "some", "few"))),
    )


def sessions_of(weekdays: tuple[int, ...]) -> tuple[dt.date, ...]:
    """Half a year of a calendar that trades on few days of the week."""
    days = (START + dt.timedelta(days=i) for i in range(180))
    return tuple(day for day in days if day.weekday() in weekdays)


def symbols_of(n: int) -> list[Symbol]:
    """Symbols in no order of size: some all digits, some with letters."""
    return [Symbol(f"{(i * 37) % 100:02}0{'K' if i % 5 == 4 else '0'}") for i in range(n)]


BYTES_A_LINE = 22


@st.composite
def universes(draw: st.DrawFn, kind: Kind | None = None) -> SmallMarket:
    """A market with halts, listings and delistings inside the windows, and ties forced."""
    kind = kind if kind is not None else draw(kinds())
    sessions = sessions_of(kind.weekdays)
    tables: dict[str, list[Row]] = {
        name: [] for name in ("daily", "securities", "float_factors", "designations", "memberships")
    }
    previous = None
    for number, symbol in enumerate(symbols_of(kind.n)):
        drawn = draw(st.binary(min_size=BYTES_A_LINE, max_size=BYTES_A_LINE))
        if number == 0:  # there are data from the first session to the last
            drawn = drawn[:1] + bytes(2) + drawn[3:]
        _line(symbol, previous, drawn, kind, sessions, tables)
        previous = tables["securities"][-1]["issuer"]
        was_in = {
            "nobody": False,
            "everyone": True,
            "some": drawn[0] % 2 == 1,
            "few": number < 2,
        }[kind.existing]
        # A list names lines that are listed before its day.
        listed = {row["date"] for row in tables["daily"] if row["symbol"] == symbol}
        if was_in and {*sessions[:2]} <= listed:
            tables["memberships"].append(
                {"index": "small", "effective_date": sessions[1], "symbol": symbol}
            )
    # A market that keeps designations, also where none of those a rule asks for was ever made.
    tables["designations"].append(
        {"symbol": symbols_of(1)[0], "from": sessions[0], "kind": "watched", "to": None}
    )
    lists: dict[str, dict[dt.date, list[str]]] = {"upper": {}, "lower": {}}
    names = symbols_of(kind.n)
    for day in (sessions[0], sessions[-1 - len(sessions) // 3]):
        sides = draw(st.binary(min_size=kind.n, max_size=kind.n))
        for index, low, high in (("upper", 0, 170), ("lower", 110, 255)):
            lists[index][day] = [
                name for name, side in zip(names, sides, strict=True) if low <= side <= high
            ]
    return SmallMarket(sessions, tables, lists)


def _line(
    symbol: str,
    previous: str | None,
    drawn: bytes,
    kind: Kind,
    sessions: tuple[dt.date, ...],
    tables: dict[str, list[Row]],
) -> None:
    last = len(sessions) - 1
    first = 0 if drawn[1] < 200 else (drawn[1] - 199) * last // 60
    stop = last if drawn[2] < 225 else last - (drawn[2] - 224)
    listing = dt.date(2015, 5, 4) if first == 0 else sessions[first]
    prices = [1 + b % kind.levels for b in drawn[3 : 3 + SEGMENTS]]
    traded = [b % (2 * kind.levels) for b in drawn[7 : 7 + SEGMENTS]]
    shares = [10 * (1 + b % 4) for b in drawn[11:13]]
    halted_from = (drawn[13] - 200) if drawn[13] >= 200 else None
    halted_for = drawn[14] % 12 + 1
    close = float(prices[0])
    for index in range(first, max(stop, first) + 1):
        segment = min(index * SEGMENTS // len(sessions), SEGMENTS - 1)
        is_halted = halted_from is not None and halted_from <= index < halted_from + halted_for
        close = close if is_halted and index > first else float(prices[segment])
        tables["daily"].append(
            {
                "date": sessions[index],
                "symbol": symbol,
                "close": close,
                "shares_outstanding": shares[index * 2 // len(sessions)],
                "volume": 0 if is_halted else traded[segment],
                "traded_value": 0 if is_halted else 10 * traded[segment],
            }
        )
    shares_issuer = previous is not None and drawn[15] >= 220
    sector = kind.sectors[drawn[16] % len(kind.sectors)]
    tables["securities"].append(
        {
            "symbol": symbol,
            "valid_from": dt.date(2015, 5, 4),
            "issuer": previous if shares_issuer else f"company of {symbol}",
            "share_class": "preferred" if drawn[17] % 5 == 0 else "common",
            "sector": None if kind.gaps and drawn[16] >= 225 else sector,
            "listing_date": listing,
            "listed_by": ("new", "new", "transfer", "demerger")[drawn[17] % 4],
        }
    )
    if drawn[18] >= 230:  # it changes its group on the way
        other = kind.sectors[drawn[18] % len(kind.sectors)]
        tables["securities"].append(
            {
                "symbol": symbol,
                "valid_from": sessions[(drawn[18] - 225) * last // 40],
                "issuer": tables["securities"][-1]["issuer"],
                "sector": other,
            }
        )
    factors = EXACT_FLOATS if kind.exact_floats else DECIMAL_FLOATS
    if not (kind.gaps and drawn[19] >= 225):
        tables["float_factors"].append(
            {
                "symbol": symbol,
                "effective_date": dt.date(2015, 5, 4),
                "float_factor": factors[drawn[19] % len(factors)],
            }
        )
        if drawn[20] >= 180:
            tables["float_factors"].append(
                {
                    "symbol": symbol,
                    "effective_date": sessions[(drawn[20] - 180) * last // 80],
                    "known_at": None if drawn[20] % 7 == 0 else sessions[0],
                    "float_factor": factors[drawn[20] % len(factors)],
                }
            )
    if drawn[21] >= 215:
        start = sessions[(drawn[21] - 215) * last // 60]
        tables["designations"].append(
            {
                "symbol": symbol,
                "from": start,
                "kind": "administrative" if drawn[21] % 2 else "caution",
                "to": start + dt.timedelta(days=30) if drawn[21] % 3 else None,
            }
        )
