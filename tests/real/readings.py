"""Readings of the KOSPI 200 and size rules against the real lists, as the tables of README.md.

Run from the repository's root, with the real data beside it: `python -m tests.real.readings`.
The rule that ships follows the text; this table is for seeing what a reading moves, not for
choosing one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import indexcalc as ic
from tests.conftest import ROOT, SHARED
from tests.real import kospi200_inputs as inputs
from tests.real import markets

REAL = SHARED / "data" / "krx"
RULES = ROOT / "rules" / "krx"

FILL = "from: {2017-06-09: {status: existing}, 2024-12-13: none}"
LARGE_CAP = (
    "      - select:  {recent_size: {rank: 50, within: all, among: eligible}}"
    "          # the large-cap exception\n"
)
MEMBERS = (
    "{size: {rank: 110% of existing, among: eligible}}, "
    "{size: {coverage: {2017-06-09: 80%, 2020-06-12: 85%}, among: eligible}}]"
)
SECOND_BUFFER = (
    "max: 90% of existing, unless: {group: {existing_count: {below: 3}}}}\n            among:  "
)
TEN = "2019-06-14: {column: sector, merge: {financials: [financials, real_estate]}, means"
NINE = (
    "2019-06-14: {column: sector, merge: {financials: [financials, real_estate], "
    "technology: [information_technology, communication_services]}, means"
)


@dataclass(frozen=True)
class Reading:
    """A way to read rule or data: texts of the rule replaced, and options of the assumptions."""

    what: str
    replace: tuple[tuple[str, str], ...] = ()
    sectors: str = "official"
    administrative_from: str | None = None
    lines: tuple[str, ...] = field(default=())
    """Lines of the rule that begin so are taken out."""


KOSPI200 = (
    Reading("the rule as shipped: filled from members that were not selected (book of 2020)"),
    Reading("filled from members that were not selected, then from all",
            ((FILL, "prefer: existing"),)),
    Reading("filled from all names (book of 2024)", ((FILL, "from: {2017-06-09: none}"),)),
    Reading("trimmed, too, with members safer",
            (("- trim:    {to: 200, by: size}",
              "- trim:    {to: 200, by: size, prefer: existing}"),)),
    Reading("members stay by rank alone, not inside the coverage",
            ((MEMBERS, "{size: {rank: 110% of existing, among: eligible}}]"),)),
    Reading("size ranked among the liquid names only",
            ((MEMBERS, MEMBERS.replace("eligible", "remaining")),
             ("among:    eligible", "among:    remaining"))),
    Reading("liquidity ranked inside the coverage survivors",
            (("{liquidity: {rank: 85%}}    # among",
              "{liquidity: {rank: 85%, among: {size: {coverage: 85%}}}}    # among"),)),
    Reading("buffer ranks rounded half up",
            ((MEMBERS, MEMBERS.replace("rank: 110% of existing",
                                       "rank: {max: 110% of existing, rounding: half_up}")),
             (SECOND_BUFFER, SECOND_BUFFER.replace("}}}}", "}}}, rounding: half_up}")))),
    Reading("buffer ranks rounded up",
            ((MEMBERS, MEMBERS.replace("rank: 110% of existing",
                                       "rank: {max: 110% of existing, rounding: ceil}")),
             (SECOND_BUFFER, SECOND_BUFFER.replace("}}}}", "}}}, rounding: ceil}")))),
    Reading("no exception for groups of fewer than three members",
            ((SECOND_BUFFER, "max: 90% of existing}\n            among:  "),)),
    Reading("no large-cap exception", ((LARGE_CAP, ""),)),
    Reading("nine groups: technology and communication services in one", ((TEN, NINE),)),
    Reading("sectors: WICS of 2026 alone, names it lacks left out", sectors="wics alone"),
    Reading("sectors: WICS of 2026, KRX's codes for names it lacks", sectors="wics"),
    Reading("sectors: KRX's codes wherever a master has one, else WICS", sectors="codes"),
    Reading("sectors: KRX's codes of members before the reviews, else WICS",
            sectors="codes of existing"),
    Reading("administrative flags of 2022-12-05 taken to hold since 2020",
            administrative_from="2020-01-01"),
)  # fmt: skip

SIZES = (
    Reading("the rules as shipped"),
    Reading("administrative names left out",
            (("2022-03-11: none}", "2022-03-11: {none_of: [administrative]}}"),),
            administrative_from="2020-01-01"),
    Reading("names listed inside the window screened", lines=("  listed_for:",)),
    Reading("no KOSDAQ row for 108320 until it moved"),
)  # fmt: skip
SIZE_DAYS = {"2022-09-13": "2022-12-05", "2023-03-10": "2023-04-21"}


def rule_text(name: str, reading: Reading) -> str:
    """A shipped rule's text under a reading.  ValueError: what it replaces is not there."""
    text = (RULES / f"{name}.yaml").read_text(encoding="utf-8")
    for old, new in reading.replace:
        if text.count(old) != 1:
            raise ValueError(f"{reading.what}: {text.count(old)} times in {name}: {old}")
        text = text.replace(old, new)
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith(reading.lines)]
    if reading.lines and len(kept) == len(text.splitlines()):
        raise ValueError(f"{reading.what}: nothing taken out of {name}")
    made = "".join(kept)
    # A key whose only item is taken out says nothing any more.
    return made.replace("eligibility:\nselection:", "selection:")


class Markets:
    """The imported markets of the readings, each made once in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: dict[tuple[object, ...], Path] = {}

    def _copy(self, of: Path | None) -> tuple[Path, Path]:
        number = len(list(self.folder.iterdir()))
        market, rows = self.folder / f"{number}-market", self.folder / f"{number}-rows"
        rows.mkdir()
        if of is not None:
            shutil.copytree(of, market)
        return market, rows

    def weeks(self) -> Path:
        """The snapshots and masters alone."""
        if ("weeks",) not in self.made:
            market, rows = self._copy(None)
            markets.weekly(market, rows, REAL)
            self.made["weeks",] = market
        return self.made["weeks",]

    def of(self, reading: Reading) -> Path:
        """With the user tables of a reading."""
        key = (reading.sectors, reading.administrative_from)
        if key not in self.made:
            market, rows = self._copy(self.weeks())
            inputs.add_assumptions(market, rows, REAL, reading.sectors, reading.administrative_from)
            self.made[key] = market
        return self.made[key]

    def before(self, reading: Reading, review: dt.date) -> Path:
        """And with the list in force before one review."""
        key = (reading.sectors, reading.administrative_from, review)
        if key not in self.made:
            market, rows = self._copy(self.of(reading))
            inputs.add_list(market, rows, REAL, review)
            self.made[key] = market
        return self.made[key]


def _members(run: ic.Run, day: str) -> set[str]:
    """Who is in after a review, by its ledger."""
    return {
        row["symbol"]
        for row in run.decisions.to_pylist()
        if str(row["effective_date"]) == day
        and row["step"] == "membership"
        and row["outcome"] != "out"
    }


def kospi200_rows(made: Markets) -> Iterator[str]:
    """Rows of the table of the KOSPI 200."""
    existing, resulting = inputs.existing(REAL), inputs.resulting(REAL)
    for reading in KOSPI200:
        rule = ic.Methodology.from_text(rule_text("kospi200", reading))
        cells = []
        for review in inputs.REVIEWS:
            market = ic.Market.open(made.before(reading, review))
            run = ic.compute(rule, market, start=inputs.IN_FORCE_FROM[review], end=review)
            found = _members(run, str(review))
            old, real = existing[review], resulting[review]
            right = len((found - old) & (real - old)) + len((old - found) & (old - real))
            cells.append(f"{len(found & real)} ({right} of {2 * len(real - old)})")
        yield f"| {reading.what} | {' | '.join(cells)} |"


def size_rows(made: Markets) -> Iterator[str]:
    """Rows of the table of the size indices."""
    for reading in SIZES:
        market = ic.Market.open(made.of(reading))
        if "108320" in reading.what:
            market = _without(market, "108320", dt.date(2022, 11, 3))
        cells = []
        for board in ("kospi", "kosdaq"):
            for size, code in (("large", "1"), ("mid", "2")):
                rule = ic.Methodology.from_text(rule_text(f"{board}-{size}", reading))
                run = ic.compute(rule, market, start="2022-03-11", end="2023-03-10")
                for day, master in SIZE_DAYS.items():
                    file = REAL / "instruments" / f"{board}_{master}.parquet"
                    rows = markets.rows_of(file, "symbol", "size_cls")
                    real = {row["symbol"] for row in rows if row["size_cls"] == code}
                    cells.append(f"{len(_members(run, day) & real)} of {len(real)}")
        yield f"| {reading.what} | {' | '.join(cells)} |"


def _without(market: ic.Market, symbol: str, until: dt.date) -> ic.Market:
    """The market without the rows of ``securities`` of a line before a date."""
    import pyarrow.compute as pc

    tables = {name: market.table(name) for name in market.names}
    rows = tables["securities"]
    early = pc.and_(pc.equal(rows.column("symbol"), symbol), pc.less(rows["valid_from"], until))
    tables["securities"] = rows.filter(pc.invert(early))
    return ic.Market.from_tables(**tables, complete=True)


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        made = Markets(Path(folder))
        with contextlib.redirect_stdout(io.StringIO()):
            kospi200, sizes = list(kospi200_rows(made)), list(size_rows(made))
    days = " | ".join(str(review) for review in inputs.REVIEWS)
    print(f"| reading | {days} |\n|---|---|---|---|")
    print("\n".join(kospi200))
    heads = [
        f"{board} {size} {day}"
        for board in ("KOSPI", "KOSDAQ")
        for size in ("large", "mid")
        for day in SIZE_DAYS
    ]
    print(f"\n| reading | {' | '.join(heads)} |\n|{'---|' * (len(heads) + 1)}")
    print("\n".join(sizes))


if __name__ == "__main__":
    main()
