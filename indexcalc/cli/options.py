"""Options several verbs share: the market, assumptions, dates."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from indexcalc.market.market import Market
    from indexcalc.market.places.place import Place

Command = TypeVar("Command", bound=Callable[..., Any])
_MANIFEST = "manifest.json"
_OF_A_SWEEP = "summary.parquet"
_FILES_OF_A_RUN = (_MANIFEST, "constituents.parquet")
_MOST_NAMED = 6


class DateType(click.ParamType[dt.date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        """The date; a usage error where the text is none."""
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write YYYY-MM-DD", param, ctx)


class AssumeType(click.ParamType[tuple[str, str]]):
    """KEY=VALUE."""

    name = "assumption"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """The key and the value; a usage error where the text has none."""
        key, equals, assumed = str(value).partition("=")
        if not equals or not key.strip() or not assumed.strip():
            self.fail(f"{value!r} is not KEY=VALUE, such as float_factor=1", param, ctx)
        return key.strip(), assumed.strip()


class FiniteRange(click.FloatRange):
    """A number in a range, and one there is: not ``nan``, not ``inf``."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number; a usage error where the text is none."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number", param, ctx)
        return number


class PlaceType(click.ParamType["Place"]):
    """A folder, or a place in an object store; ``there``: it must exist."""

    name = "place"

    def __init__(self, there: bool = False) -> None:
        self.folder: click.Path[Any] = click.Path(exists=there, path_type=Path, file_okay=False)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Place:
        """The place.  UsageError (DAT017): a URI that cannot be used; click's own for folders."""
        if "://" not in str(value):
            folder: Path = self.folder.convert(value, param, ctx)
            return folder
        from indexcalc.market.places.place import located

        place = located(value)
        return self.convert(place, param, ctx) if isinstance(place, Path) else place


def market_options(command: Command) -> Command:
    """``--market`` and ``--assume``: every verb that reads data has them."""
    command = click.option(
        "--assume",
        multiple=True,
        type=AssumeType(),
        metavar="KEY=VALUE",
        help="A value to assume where the data have none, such as float_factor=1; repeatable.",
    )(command)
    return click.option(
        "--market",
        "market_path",
        type=PlaceType(),
        metavar="DIR",
        help="The market's folder, or its URI (s3://...).  Default: the synthetic demo market.",
    )(command)


def run_in(name: str) -> Place | None:
    """The folder of the run a text names, here or in an object store: the folder itself, or the only
    run inside it; None where it names no folder of runs, and is a rule.

    A usage error where several are inside, which names them.
    """
    from indexcalc.market.places.place import located

    folder = located(name)
    if (folder / _MANIFEST).is_file() and not (folder / _OF_A_SWEEP).is_file():
        return folder
    inside: list[Place] = sorted(folder.iterdir(), key=str) if folder.is_dir() else []
    # A sweep of caps has a manifest too, and no members.
    runs = [run for run in inside if all((run / file).is_file() for file in _FILES_OF_A_RUN)]
    if len(runs) > 1:
        named = ", ".join(str(run) for run in runs[:_MOST_NAMED])
        more = f" and {len(runs) - _MOST_NAMED} more" if len(runs) > _MOST_NAMED else ""
        raise click.UsageError(f"{name} holds {len(runs)} runs, name one: {named}{more}")
    return runs[0] if runs else None


def open_market(path: Place | None) -> Market:
    """The market in a folder, or the demo market, with a note on stderr."""
    from indexcalc.market.market import Market

    if path is not None:
        return Market.open(path)
    click.echo("no --market: using the synthetic demo market (no real company in it)", err=True)
    return Market.demo()
