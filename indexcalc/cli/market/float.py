"""The verb ``market float``: float or capping factors from the creation baskets of index funds."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from indexcalc.cli.market.folder import market_folder
from indexcalc.cli.options import DateType
from indexcalc.diagnostics import (
    EXIT_ERRORS,
    EXIT_GOOD,
    Findings,
    ImportRefused,
    quantity,
    render_text,
)

if TYPE_CHECKING:
    from indexcalc.market.market import Market
    from indexcalc.weighting.float_factors.baskets import Basket, BasketFactor

_SHOWN = 20


@click.command("float")
@click.option(
    "--from-baskets",
    "files",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A creation basket: fund, date, symbol, units; repeatable.  Several narrow the factors.",
)
@market_folder
@click.option(
    "--map",
    "map_path",
    type=click.Path(path_type=Path),
    metavar="MAP.yaml",
    help="Which columns of the files are which (docs/importing.md).",
)
@click.option("--date", type=DateType(), metavar="D", help="The day the baskets are for.")
@click.option(
    "--effective",
    type=DateType(),
    metavar="D",
    help="From when the factors hold.  Default: the first day of the baskets.",
)
@click.option("--step", default="1%", show_default=True, metavar="P%", help="The grid of factors.")
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    metavar="SYMBOL=57%",
    help="A float factor that is known; repeatable.",
)
@click.option(
    "--capping",
    is_flag=True,
    help="Capping factors instead: the float factors are those of the market.",
)
@click.option(
    "--index", metavar="NAME", help="Write the index shares of NAME into `weight_factors` too."
)
@click.option("--dry-run", is_flag=True, help="Show the factors and write nothing.")
@click.option(
    "--on-conflict",
    type=click.Choice(("refuse", "keep", "replace")),
    default="refuse",
    show_default=True,
    help="Where a stored factor has another value.",
)
def command(
    files: tuple[Path, ...],
    market: Path,
    map_path: Path | None,
    date: dt.date | None,
    effective: dt.date | None,
    step: str,
    anchors: tuple[str, ...],
    capping: bool,
    index: str | None,
    dry_run: bool,
    on_conflict: Literal["refuse", "keep", "replace"],
) -> int:
    """Take float factors (or capping factors) from creation baskets of index funds, into a market."""
    from indexcalc.cli.progress import working
    from indexcalc.market.calendar.sessions import day_number
    from indexcalc.market.importers.imported import Imported
    from indexcalc.market.market import Market
    from indexcalc.market.merging.merge import merge
    from indexcalc.weighting.float_factors import baskets as of

    if capping and (anchors or not (index or dry_run)):
        raise click.UsageError("--capping goes with --index (or --dry-run), and not with --anchor")
    findings = Findings()
    data = Market.open(market)
    baskets = _read(files, map_path, date, data, findings)
    with working("Fitting the baskets"):
        if capping:
            baskets = of.floated(data, baskets, findings)
            factors = of.capping_factors(data, baskets, findings)
        else:
            known = _anchors(anchors, data)
            factors = of.float_factors(data, baskets, _steps(step), known, findings)
    if findings.items:
        click.echo(render_text(findings.items), err=True)
    _show(factors, baskets, capping)
    if findings.errors or not factors:
        return EXIT_ERRORS
    first = day_number(effective) if effective else min(basket.day for basket in baskets)
    tables = {} if capping else {"float_factors": _float_rows(factors, baskets, first)}
    if index is not None:
        shares = of.index_shares(data, factors, baskets)
        tables["weight_factors"] = _weight_rows(shares, index, first)
    if not dry_run:
        report = merge(market, Imported("--from-baskets", "baskets", tables=tables), on_conflict)
        for name, counts in report.tables.items():
            there = counts.same + counts.known
            click.echo(
                f"merged   {name}: {quantity(counts.added, 'row')} added, {there:,} were there"
            )
    return EXIT_GOOD


def _read(
    files: tuple[Path, ...],
    map_path: Path | None,
    date: dt.date | None,
    market: Market,
    findings: Findings,
) -> list[Basket]:
    """The baskets of all files; one that names no fund is called by its file."""
    from indexcalc.market.conform import conform
    from indexcalc.market.importers.formats import read_file
    from indexcalc.market.importers.imported import Options
    from indexcalc.weighting.float_factors.baskets import baskets_of

    made: list[Basket] = []
    wrong = Findings()
    for path in files:
        imported = read_file(path, Options(date=date, map_path=map_path, into="baskets"), "table")
        if "baskets" not in imported.tables:
            wrong.add("IMP012", "no row of the file is of a basket", path=str(path))
            continue
        table = conform("baskets", imported.tables["baskets"], wrong, str(path))
        if table is not None:
            made += baskets_of(market, table, path.name.split(".")[0], findings)
    wrong.raise_errors(ImportRefused)
    return made


def _steps(text: str) -> int:
    """How many steps of the grid make 1."""
    try:
        steps = 1 / Fraction(text.removesuffix("%")) * (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        steps = Fraction(0)
    if steps.denominator != 1 or not 2 <= steps <= 1000:
        raise click.BadParameter(f"`{text}` is no part of 1, such as 1% or 5%", param_hint="--step")
    return int(steps)


def _anchors(texts: tuple[str, ...], market: Market) -> dict[str, float]:
    known = {}
    for text in texts:
        symbol, _, share = text.partition("=")
        try:
            factor = float(share.removesuffix("%")) / (100 if share.endswith("%") else 1)
        except ValueError:
            factor = -1.0
        if not 0 < factor <= 1 or symbol not in market.order:
            what = "no line of the market" if symbol not in market.order else "no factor"
            raise click.BadParameter(f"`{text}` names {what}", param_hint="--anchor")
        known[symbol] = factor
    return known


def _show(factors: list[BasketFactor], baskets: list[Basket], capping: bool) -> None:
    certain = [item for item in factors if item.certainty == "certain"]
    for basket in baskets:
        click.echo(f"basket   {basket.name}: {quantity(basket.lines.size, 'line')}")
    what = "capping factor" if capping else "float factor"
    click.echo(f"{what}s of {quantity(len(factors), 'line')}, {len(certain)} of one value")
    shown = [item for item in factors if item.certainty != "certain"]
    if capping:
        shown += [item for item in certain if item.value != 1]
    for item in shown[:_SHOWN]:
        value = "none" if item.value is None else f"{item.value:g}"
        click.echo(
            f"  {item.symbol:<9} {value:>8}  {item.certainty}, by its units"
            f" {item.low:.5f} to {item.high:.5f}"
        )
    if len(shown) > _SHOWN:
        click.echo(f"  and {len(shown) - _SHOWN} more")


def _float_rows(factors: list[BasketFactor], baskets: list[Basket], first: int) -> Any:
    """Rows of ``float_factors``, known from the day of the last basket."""
    from indexcalc.market import arrow

    kept = [item for item in factors if item.value is not None]
    source = "baskets of " + ", ".join(basket.name for basket in baskets)
    return arrow.table(
        {
            "symbol": arrow.from_texts(item.symbol for item in kept),
            "effective_date": arrow.from_days([first] * len(kept)),
            "float_factor": arrow.from_floats([item.value or 0.0 for item in kept]),
            "known_at": arrow.from_days([max(basket.day for basket in baskets)] * len(kept)),
            "source": arrow.from_texts(source for _ in kept),
            "certainty": arrow.from_texts(item.certainty for item in kept),
        }
    )


def _weight_rows(shares: dict[str, float], index: str, first: int) -> Any:
    from indexcalc.market import arrow

    return arrow.table(
        {
            "index": arrow.from_texts(index for _ in shares),
            "effective_date": arrow.from_days([first] * len(shares)),
            "symbol": arrow.from_texts(shares),
            "weight_factor": arrow.from_floats(list(shares.values())),
        }
    )
