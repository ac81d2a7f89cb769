"""Who is listed in the demo market: every line that is ever there, with its size and character."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from msgspec import Struct, field

from indexcalc.market.demo import names

# Shares of the lines of each market by sector, in the order of ``names.SECTORS``.
_SECTOR_SHARES = {
    "KOSPI": (0.025, 0.15, 0.22, 0.17, 0.10, 0.075, 0.075, 0.015, 0.11, 0.035, 0.025),
    "KOSDAQ": (0.012, 0.08, 0.15, 0.12, 0.04, 0.22, 0.015, 0.003, 0.275, 0.08, 0.005),
}
# Median market cap (KRW) and log spread of the common lines at the market's first level.
_SIZES = {"KOSPI": (400e9, 1.55), "KOSDAQ": (180e9, 0.95)}
_KOSPI_SHARE = 0.52
_LISTED_AT_START = 0.88
_MOST_HELD_AT_FIRST = 0.97  # of the shares, by all holders that are not float
MEGA_SHARE_AT_START = 0.225  # of the float market cap of KOSPI's common lines


class Line(Struct, eq=False):
    """One line.  ``start`` and ``end`` are the first session listed and the first not listed
    (positions; ``start`` -1: before the market begins, ``end`` None: to its end)."""

    symbol: str
    name: str
    name_en: str
    number: int
    market: str
    sector: str
    size: float  # KRW at the market's first level
    price: float  # KRW at the market's first level
    volatility: float  # of its own daily log return
    turnover: float  # part of the shares traded on an ordinary day
    dividend_yield: float = 0.0
    quarterly: bool = False
    share_class: str = "common"
    security_type: str = "stock"
    parent: Line | None = None  # the common line of a preferred one, the survivor of a new company
    listed_by: str = "new"
    start: int = -1
    listed_before: int = 0  # days before the first session, where start is -1
    end: int | None = None
    index: int = -1  # position in symbol order
    transfer: int | None = None  # session of the move to KOSPI
    stakes: dict[tuple[str, str], float] = field(default_factory=dict)

    def alive(self, last: int) -> tuple[int, int]:
        """(first, one past last) session listed in a market of ``last`` sessions."""
        return max(self.start, 0), last if self.end is None else self.end

    @property
    def issuer(self) -> str:
        """The company: shared by a common line and its preferred ones."""
        line = self.parent if self.share_class != "common" and self.parent else self
        return f"ISSUER-{line.symbol}"

    @property
    def float_at_start(self) -> float:
        """1 less the stakes it lists with."""
        return 1.0 - sum(self.stakes.values())


class Roster(Struct, frozen=True):
    """All lines in symbol order, with the two largest."""

    lines: list[Line]
    mega: Line
    second: Line


def make_roster(rng: np.random.Generator, n_securities: int, n_sessions: int) -> Roster:
    """``n_securities`` lines; those that will be spun off have no ``start`` day but the market's end.

    Numbers: 3.5 % preferred lines, 1.2 % REITs, 1.5 % SPACs, 1 % foreign, a few infrastructure
    funds and new companies, the rest common stock; 88 % of it is listed from the beginning.
    """
    count = {
        "preferred": max(2, round(0.035 * n_securities)),
        "reit": max(1, round(0.012 * n_securities)),
        "infrastructure_fund": max(1, round(0.002 * n_securities)),
        "spac": max(1, round(0.015 * n_securities)),
        "foreign": max(1, round(0.010 * n_securities)),
        "spun": max(1, min(round(0.016 * n_securities), n_sessions // 60)),
    }
    common = n_securities - sum(count.values())
    n_kospi = round(_KOSPI_SHARE * common)
    lines = _commons(rng, "KOSPI", n_kospi) + _commons(rng, "KOSDAQ", common - n_kospi)
    kospi = sorted(lines[:n_kospi], key=lambda line: -line.size)
    mega, second = kospi[0], kospi[1]
    _make_largest(mega, second)
    kospi_lines = lines[:n_kospi]
    for kind in ("reit", "infrastructure_fund", "spac", "foreign"):
        lines += [_vehicle(rng, kind, number + 1) for number in range(count[kind])]
    _spread_listings(rng, lines, n_sessions, fixed={id(line) for line in kospi[:5]})
    _symbols(rng, lines, n_sessions)
    lines += _preferreds(rng, kospi, count["preferred"])
    lines += _spun(rng, kospi, lines, count["spun"], n_sessions)
    for line in lines:
        line.stakes = _stakes(rng, line, mega)
    rest = sum(
        line.size * line.float_at_start
        for line in kospi_lines
        if line.start < 0 and line is not mega and line is not second
    )
    # The second line's float is 0.3 of the mega-cap's: m = share * (m + 0.3 m + rest).
    mega_float = MEGA_SHARE_AT_START * rest / (1.0 - 1.3 * MEGA_SHARE_AT_START)
    mega.size = mega_float / mega.float_at_start
    second.size = 0.3 * mega_float / second.float_at_start
    for line in lines:
        if line.parent is mega:
            line.size = 0.08 * mega.size
    lines.sort(key=lambda line: line.symbol)
    for index, line in enumerate(lines):
        line.index = index
    return Roster(lines, mega, second)


def _commons(rng: np.random.Generator, market: str, count: int) -> list[Line]:
    """Common lines with sizes on the quantiles of a lognormal, so that no seed lacks large ones."""
    quotas = np.array(_SECTOR_SHARES[market]) * count
    whole = np.maximum(quotas.astype(np.int64), 1)
    sectors = [name for name, n in zip(names.SECTORS, whole, strict=True) for _ in range(n)]
    while len(sectors) < count:
        sectors.append("industrials" if market == "KOSPI" else "information_technology")
    order = rng.permutation(len(sectors))[:count]
    median, spread = _SIZES[market]
    normal = NormalDist()
    lines = []
    for rank, position in enumerate(order.tolist()):
        score = normal.inv_cdf(1.0 - (rank + 0.5) / count) + 0.03 * float(rng.standard_normal())
        sector = sectors[position]
        number = rank + 1 + (0 if market == "KOSPI" else 5000)
        lines.append(_company(rng, market, sector, median * math.exp(spread * score), number))
    return lines


def _company(rng: np.random.Generator, market: str, sector: str, size: float, number: int) -> Line:
    name_en, name = names.company_name(sector, "stock", number)
    large = math.log(size / 400e9)
    price = math.exp(float(rng.normal(9.6 + 0.2 * large, 0.7)))
    pays = float(rng.random()) < (0.7 if market == "KOSPI" else 0.4)
    return Line(
        symbol="",
        name=name,
        name_en=name_en,
        number=number,
        market=market,
        sector=sector,
        size=size,
        price=min(max(price, 1_500.0), 400_000.0),
        volatility=float(rng.uniform(0.014, 0.026)) * (1.0 if market == "KOSPI" else 1.25),
        turnover=float(rng.lognormal(-5.9, 0.7)) * (1.0 if market == "KOSPI" else 2.5),
        dividend_yield=float(rng.uniform(0.005, 0.05)) if pays else 0.0,
        quarterly=pays and float(rng.random()) < 0.06,
        listed_before=int(rng.integers(400, 12_000)),
    )


def _make_largest(mega: Line, second: Line) -> None:
    """The mega-cap and the second line; the walk then steers the first one's share of the market."""
    for line, price, name in (
        (mega, 1_250_000.0, ("Mock Mega Circuits", "가상메가회로")),
        (second, 90_000.0, ("Mock Second Circuits", "가상버금회로")),
    ):
        line.sector, line.price = "information_technology", price
        line.name_en, line.name = name
        line.volatility, line.turnover, line.dividend_yield = 0.011, 0.0025, 0.022
    mega.quarterly = True


def _vehicle(rng: np.random.Generator, kind: str, number: int) -> Line:
    """A line that is no ordinary company: REIT, infrastructure fund, SPAC or foreign company."""
    on_kospi = kind in ("reit", "infrastructure_fund") or (kind == "foreign" and number == 1)
    sector = {
        "spac": "financials",
        "infrastructure_fund": "financials",
        "foreign": "materials",
    }.get(kind, "real_estate")
    name_en, name = names.company_name(sector, kind, number)
    price = {"spac": 2_000.0, "reit": 5_000.0, "infrastructure_fund": 9_000.0, "foreign": 2_500.0}
    size = {"spac": 12e9, "reit": 350e9, "infrastructure_fund": 1500e9, "foreign": 60e9}
    return Line(
        symbol="",
        name=name,
        name_en=name_en,
        number=number,
        market="KOSPI" if on_kospi else "KOSDAQ",
        sector=sector,
        size=size[kind] * float(rng.lognormal(0.0, 0.5)),
        price=price[kind],
        volatility={"foreign": 0.03, "spac": 0.006}.get(kind, 0.008),
        turnover=0.004 if kind != "foreign" else 0.015,
        dividend_yield=0.055 if kind in ("reit", "infrastructure_fund") else 0.0,
        security_type=kind,
        listed_before=int(rng.integers(200, 3_000)),
    )


def _spread_listings(
    rng: np.random.Generator, lines: list[Line], n_sessions: int, fixed: set[int]
) -> None:
    """Give the later lines their first session; some of them are large enough for a fast entry."""
    stock = [line for line in lines if line.security_type == "stock" and id(line) not in fixed]
    later = round((1.0 - _LISTED_AT_START) * len(stock))
    large = [line for line in stock if line.market == "KOSPI"][:40]
    chosen = [large[i] for i in rng.permutation(len(large))[: max(1, later // 25)].tolist()]
    taken = {id(line) for line in chosen}
    rest = [line for line in stock if id(line) not in taken]
    chosen += [rest[i] for i in rng.permutation(len(rest))[: max(1, later - len(chosen))].tolist()]
    chosen += [
        line
        for line in lines
        if line.security_type in ("reit", "spac", "foreign") and float(rng.random()) < 0.6
    ]
    for line in chosen:
        line.start = int(rng.integers(5, max(n_sessions - 10, 6)))


def _symbols(rng: np.random.Generator, lines: list[Line], n_sessions: int) -> None:
    """Symbols of the common lines; those listed in the last tenth have the new kind with a letter."""
    foreign = [line for line in lines if line.security_type == "foreign"]
    lettered = [
        line for line in lines if line.security_type != "foreign" and line.start > 0.85 * n_sessions
    ]
    special = {id(line) for line in foreign + lettered}
    plain = [line for line in lines if id(line) not in special]
    for group, symbols in (
        (foreign, names.foreign_symbols(rng, len(foreign))),
        (lettered, names.lettered_symbols(rng, len(lettered))),
        (plain, names.domestic_symbols(rng, len(plain))),
    ):
        for line, symbol in zip(group, symbols, strict=True):
            line.symbol = symbol


def _preferreds(rng: np.random.Generator, kospi: list[Line], count: int) -> list[Line]:
    """Preferred lines of KOSPI issuers listed from the beginning, the largest first."""
    hosts = [line for line in kospi if line.start < 0]
    picks = [0, *(1 + rng.permutation(len(hosts) - 1)[: count - 1]).tolist()]
    preferred = []
    for pick in picks[:count]:
        host = hosts[pick]
        preferred.append(
            Line(
                symbol=host.symbol[:5] + ("5" if float(rng.random()) < 0.8 else "K"),
                name=host.name + "우",
                name_en=host.name_en + " Pref",
                number=host.number,
                market="KOSPI",
                sector=host.sector,
                size=0.08 * host.size,
                price=0.7 * host.price,
                volatility=host.volatility,
                turnover=0.7 * host.turnover,
                dividend_yield=1.4 * host.dividend_yield,
                quarterly=host.quarterly,
                share_class="preferred",
                parent=host,
                listed_before=max(host.listed_before - 300, 200),
            )
        )
    return preferred


def _spun(
    rng: np.random.Generator, kospi: list[Line], lines: list[Line], count: int, n_sessions: int
) -> list[Line]:
    """Companies from a later demerger (``plan`` sets the date); parents are mostly large KOSPI lines."""
    parents = [line for line in kospi[2:] if line.start < 0][:150]
    taken = {line.symbol[:5] for line in lines}
    free = [stem for stem in range(60_000, 90_000) if str(stem) not in taken]
    picks = rng.permutation(len(parents))[:count].tolist()
    stems = rng.choice(np.array(free), size=len(picks), replace=False).tolist()
    return [
        Line(
            symbol=f"{stem}0",
            name=parents[pick].name + "신설",
            name_en=parents[pick].name_en + " Newco",
            number=parents[pick].number,
            market="KOSPI",
            sector=parents[pick].sector,
            size=0.3 * parents[pick].size,
            price=parents[pick].price,
            volatility=1.3 * parents[pick].volatility,
            turnover=1.5 * parents[pick].turnover,
            dividend_yield=parents[pick].dividend_yield,
            parent=parents[pick],
            listed_by="demerger",
            start=n_sessions,
        )
        for pick, stem in zip(picks, stems, strict=True)
    ]


def _stakes(rng: np.random.Generator, line: Line, mega: Line) -> dict[tuple[str, str], float]:
    """Parts of the shares that are not float on the first day, by (holder kind, holder)."""
    if line is mega:
        return {
            ("largest_holder", "founder"): 0.09,
            ("related_party", "foundation"): 0.08,
            ("treasury", "company"): 0.05,
        }
    stakes: dict[tuple[str, str], float] = {}
    draw = rng.random(8).tolist()
    if line.security_type in ("reit", "infrastructure_fund", "spac"):
        stakes["largest_holder", "sponsor"] = 0.02 + 0.2 * draw[0]
        return stakes
    if line.share_class != "common":
        stakes["largest_holder", "founder"] = 0.05 + 0.15 * draw[0]
        return stakes
    if line.parent is not None:  # a new company has its parent's holders
        return dict(line.parent.stakes)
    tight = draw[1] < 0.04 and line.size < 5e12
    stakes["largest_holder", "founder"] = 0.68 + 0.25 * draw[0] if tight else 0.20 + 0.30 * draw[0]
    if draw[2] < 0.7 and not tight:
        stakes["related_party", "family"] = 0.02 + 0.12 * draw[3]
    if draw[4] < 0.3 and not tight:
        stakes["esop", "employees"] = 0.005 + 0.025 * draw[4]
    if draw[5] < 0.4:
        stakes["treasury", "company"] = 0.005 + 0.05 * draw[5]
    if line.sector in ("utilities", "financials") and draw[6] < 0.25:
        stakes["government", "state"] = 0.10 + 0.15 * draw[6]
    if line.start >= 0 and not tight:
        stakes["lock_up", "early_investors"] = 0.08 + 0.17 * draw[7]
    together = sum(stakes.values())
    if together >= 1.0:  # a founder and a state that were drawn more than there is
        stakes = {stake: part * _MOST_HELD_AT_FIRST / together for stake, part in stakes.items()}
    return stakes
