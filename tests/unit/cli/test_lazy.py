"""A group of verbs: listed without importing them, one imported when called."""

from __future__ import annotations

import subprocess
import sys

import click

from indexcalc.cli.lazy import LazyVerbs, Verb


def _group() -> LazyVerbs:
    verbs = {
        "schema": Verb("rules.schema", "One line."),
        "absent": Verb("rules.nothing_here", "A module that does not exist."),
    }
    return LazyVerbs("group", verbs=verbs)


def test_listing_imports_no_verb_and_keeps_the_order_of_the_table() -> None:
    group = _group()
    context = click.Context(group)
    assert group.list_commands(context) == ["schema", "absent"]
    assert "A module that does not exist." in group.get_help(context)


def test_a_verb_is_found_by_its_name_alone() -> None:
    group = _group()
    context = click.Context(group)
    found = group.get_command(context, "schema")
    assert found is not None
    assert found.name == "schema"
    assert group.get_command(context, "rules.schema") is None


def test_the_help_of_the_program_imports_no_verb() -> None:
    code = """
import contextlib, io, sys
from indexcalc.cli.main import run
with contextlib.redirect_stdout(io.StringIO()):
    assert run(["--help"]) == 0
verbs = [name for name in sys.modules if name.startswith("indexcalc.cli.")]
assert set(verbs) <= {"indexcalc.cli.main", "indexcalc.cli.lazy"}, verbs
"""
    subprocess.run([sys.executable, "-c", code], check=True)
