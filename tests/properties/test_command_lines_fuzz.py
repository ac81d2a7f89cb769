"""Command lines at random, over a small market and its runs: an exit code, and never a traceback.

Every verb and option is taken from the command line itself, so a new one is tried without a line here.
`INDEXCALC_HYPOTHESIS=thorough` tries four thousand; the default is short.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import indexcalc as ic
from indexcalc.cli.main import cli, run
from tests.properties.fuzz import tries

RULES = [
    "top-n-buffer",
    "equal-weight",
    "leveraged",
    "kospi",
    "kospi-large",
    "kospi200",
    "kospi200-ex-mega-cap",
    "ucits-5-10-40",
    "spread-rebalance",
    "currency-hedged",
    "points-decrement",
    "inverse-volatility",
    "between-reviews",
    "global-two-currency",
    "exclusion-list",
    "bad.yaml",
    "no.yaml",
]
RUNS = ["runs/kospi", "runs/equal-weight", "runs", "market", "no"]
DAYS = [
    "2026-01-02",
    "2026-06-12",
    "2025-06-13",
    "2024-12-30",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
]
OUTS = [
    "o/a",
    "o/a.csv",
    "o/a.html",
    "o/a.md",
    "o/a.parquet",
    "o/a.ics",
    "cap:ten",
    "bad.yaml",
    "market",
]
NUMBERS = [
    "0",
    "1",
    "-1",
    "3",
    "1e999",
    "nan",
    "99999999999999999999",
    "15%",
    "100%",
    "50bn",
    "1e3",
    "1/3",
]
WORDS = [
    "",
    "a",
    "=",
    "a=b",
    "=b",
    "-",
    "--",
    "..",
    "~",
    "\t",
    "국",
    "\udcff",
    "x" * 300,
    "/dev/null",
]
SAID = [
    "10%:40%:10%",
    "40%:10%:5%",
    "10%:40%:0%",
    "none",
    "15%,20%,none",
    "sector",
    "issuer",
    "line",
    "weighting.scheme=equal,price",
    "selection.count=5,10",
    "selection.steps[0].select.size.rank=3",
    "review.months=[3]",
    "missing_row=carried",
    "missing_row=not_listed",
    "float_factor=1",
    "tr,ntr",
    "daily",
    "processes:2",
    "members,cap",
    "limit=10%",
    "USD",
]
# The one serves until it is stopped, the other tries for as long as it is told to.
LEFT_OUT = {"studio", "stress"}


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[Any]:
    """Each verb with its path."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        if inner is not None and name not in LEFT_OUT:
            yield from commands(inner, (*path, name))


VERBS = list(commands(cli))


def values(item: click.Parameter, symbols: list[str]) -> st.SearchStrategy[str]:
    """What may be written for an argument or option: mostly of its kind."""
    name, rest = item.name or "", [*RULES, *RUNS, *DAYS, *NUMBERS, *WORDS, *SAID]
    if isinstance(item.type, click.Choice):
        own = [str(choice) for choice in item.type.choices]
    elif name == "market_path":
        own = ["market"] * 4
    elif name in {"outs", "runs"}:
        own = RUNS
    elif name in {"symbol", "symbols", "without"}:
        own = symbols
    elif name == "out":
        own = OUTS
    elif name in {"start", "end", "on", "as_of", "day", "date", "after"}:
        own = DAYS
    else:
        own = RULES
    return st.sampled_from(own) | st.sampled_from(rest)


@st.composite
def command_lines(draw: st.DrawFn, symbols: list[str]) -> list[str]:
    path, command = draw(st.sampled_from(VERBS))
    words = list(path)
    for item in command.params:
        own = values(item, symbols)
        if isinstance(item, click.Argument):
            count = draw(st.integers(0, 3)) if item.nargs < 0 else item.nargs
            words += [draw(own) for _ in range(count)]
        elif item.name == "market_path" or draw(st.integers(0, 4)) == 0:
            words.append(draw(st.sampled_from([*item.opts, *item.secondary_opts])))
            if not item.is_flag:
                words += [draw(own) for _ in range(item.nargs)]
    return words


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lines")
    market, runs = str(folder / "market"), str(folder / "runs")
    assert run(["market", "demo", "--securities", "100", "--years", "2", "--out", market]) == 0
    for rule in ("kospi", "equal-weight"):
        run(["compute", rule, "--market", market, "--out", runs])  # with warnings
        assert (folder / "runs" / rule / "manifest.json").is_file()
    (folder / "bad.yaml").write_text("index: [\n", encoding="utf-8")
    return folder


@pytest.mark.filterwarnings("ignore")
@settings(
    max_examples=tries(4_000, 60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_command_line_ends_in_a_traceback(
    place: Path, data: st.DataObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    symbols = ic.Market.open(Path("market")).symbols[:20]
    words = data.draw(command_lines(list(symbols)))
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        assert run(words) in {0, 1, 2, 3}
    assert "Traceback" not in told.getvalue()
