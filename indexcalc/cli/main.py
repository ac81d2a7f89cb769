"""The entry point: the verbs, loaded when used, and errors turned into messages and exit codes.

It imports click and the diagnostics alone, so that ``--help`` answers at once.  A new verb is one
module, whose click command is called ``command``, and one entry in ``VERBS``; imports that cost time
belong inside its functions.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from indexcalc.cli.lazy import LazyVerbs, Verb
from indexcalc.diagnostics import (
    EXIT_ERRORS,
    EXIT_GOOD,
    EXIT_INTERRUPTED,
    Diagnostic,
    IndexcalcError,
    render_text,
)

# Verb -> (its module under indexcalc.cli, one line of help).
VERBS: Mapping[str, Verb] = {
    "compute": Verb("indices.compute", "Compute indices from their rules."),
    "simulate": Verb(
        "studies.simulate", "Show an index under other caps, or other values of its rule."
    ),
    "compare": Verb("studies.compare", "Show plain figures of several indices side by side."),
    "segments": Verb("studies.segments", "Show large, mid and small against each other."),
    "deliver": Verb("studies.deliver", "Write the files an index desk sends after a session."),
    "attribute": Verb("studies.attribute", "Show what moved an index, by line, group and cause."),
    "flows": Verb("studies.flows", "Show what trackers trade at each review, and why."),
    "stress": Verb("studies.stress", "Search for a market on which a rule breaks."),
    "review": Verb(
        "indices.review", "Show one review: members, weights, adds, drops, near misses."
    ),
    "explain": Verb("indices.explain", "Show why a line is in an index or not."),
    "test": Verb("rules.test", "Run the cases of rules."),
    "diff": Verb("studies.diff", "Show what differs between two rules or runs."),
    "verify": Verb("indices.verify", "Recompute a run and compare."),
    "validate": Verb("rules.validate", "Check rules: every mistake at its line."),
    "report": Verb("studies.report", "Write one page about runs: levels, reviews, reasons."),
    "rulebook": Verb("rules.rulebook", "Write a rule's methodology in words, English or Korean."),
    "calendar": Verb(
        "rules.calendar", "Show the days of the coming reviews, or write them as iCalendar."
    ),
    "studio": Verb("studies.studio", "Open a page to change a rule and watch the index change."),
    "new": Verb("rules.new", "Start a rule file."),
    "schema": Verb("rules.schema", "Write the JSON Schema of rule files, for editors."),
    "market": Verb("market.market", "Make, check and describe markets."),
}

# Longer files are not read again just to show a line of them.
_SHOWN_BYTES = 64 * 1024 * 1024
_SHOWN_WIDTH = 400


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"indexcalc {version('indexcalc')}")
        except PackageNotFoundError:  # run from a checkout
            click.echo("indexcalc (not installed)")
        ctx.exit()


@click.group(cls=LazyVerbs, verbs=VERBS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Show the version.",
)
def cli() -> None:
    """Equity indices computed from their methodology, written as YAML."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code: 0 good, 1 errors, 2 usage, 3 data, 130 interrupted.

    No error a user can cause shows a traceback.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        # Not cli.main(): that ends the process with 1 when the reader of a pipe has left.
        with cli.make_context("indexcalc", given) as context:
            code = cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return EXIT_INTERRUPTED
    except IndexcalcError as error:
        click.echo(render_text(error.diagnostics, source_texts(error.diagnostics)), err=True)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output has closed the pipe (`| head`): this is not an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_GOOD
    except OSError as error:
        # A place that cannot be written, a full disk: the system's own message is the clearest.
        place = error.filename or "standard output"  # a write to a file names it
        click.echo(f"Error: {_shown(place)}: {error.strerror or error}", err=True)
        if hint := getattr(error, "hint", ""):  # an object store says its own way out
            click.echo(f"  hint: {hint}", err=True)
        return EXIT_ERRORS
    except MemoryError:
        click.echo("Error: there is not enough memory for this; nothing was written", err=True)
        return EXIT_ERRORS
    return code if isinstance(code, int) else EXIT_GOOD


def _shown(place: object) -> str:
    """A path as text that can be printed, whatever its bytes."""
    return str(place).encode("utf-8", "backslashreplace").decode("utf-8")


def source_texts(diagnostics: Sequence[Diagnostic]) -> dict[str, str]:
    """The text of every file that a finding points into, where it can be read and shown."""
    texts: dict[str, str] = {}
    for path in {finding.span.path for finding in diagnostics if finding.span is not None}:
        try:
            file = Path(path)
            if file.stat().st_size > _SHOWN_BYTES:
                continue
            data = file.read_bytes()
        except OSError:
            continue
        for encoding in ("utf-8-sig", "cp949"):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if max(map(len, text.split("\n"))) <= _SHOWN_WIDTH:
                texts[path] = text
            break
    return texts


if __name__ == "__main__":
    sys.exit(run())
