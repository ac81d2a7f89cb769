"""The verb ``market`` and the verbs under it.  A new one is one module and one entry here."""

from __future__ import annotations

from collections.abc import Mapping

import click

from indexcalc.cli.lazy import LazyVerbs, Verb

VERBS: Mapping[str, Verb] = {
    "import": Verb("market.import_files", "Import files into a market: all of them, or nothing."),
    "check": Verb("market.check", "Check a market: gaps, orphans, contradictions, published sums."),
    "info": Verb("market.info", "Describe a market: tables, dates, columns, facts, files."),
    "float": Verb("market.float", "Take float or capping factors from baskets of index funds."),
    "compact": Verb("market.compact", "Join many small daily files into few."),
    "samples": Verb("market.samples", "Write sample files to try `market import` on."),
    "demo": Verb("market.demo", "Write a synthetic market: no real company, no real price."),
}


@click.group(cls=LazyVerbs, verbs=VERBS)
def command() -> None:
    """Make, check and describe markets."""
