"""The pages on security and data quality name what there is: modules, tests, codes, thresholds, bounds."""

from __future__ import annotations

import importlib.util
import math
import re
from pathlib import Path

import pytest
from hypothesis import settings

from indexcalc.codes import CATALOGUE
from indexcalc.market.places.file_safety import JSON_BYTES
from indexcalc.market.plausibility import THRESHOLDS
from indexcalc.methodology.reading import yaml

ROOT = Path(__file__).resolve().parents[3]
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
QUALITY = (ROOT / "docs" / "data-quality.md").read_text(encoding="utf-8")


def modules_named() -> list[str]:
    """Modules in the second column of the table of what is not trusted."""
    rows = re.findall(r"^\|[^|]+\| (`[^|]+) \|", SECURITY, re.MULTILINE)
    return sorted({name for row in rows for name in re.findall(r"`(\w+(?:/\w+)+)", row)})


@pytest.mark.parametrize("name", modules_named())
def test_what_reads_it_is_there(name: str) -> None:
    place = ROOT / "indexcalc" / name
    assert place.is_dir() or place.with_suffix(".py").is_file()


def test_the_tests_it_names_are_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", SECURITY)
    assert len(named) > 3
    assert [name for name in named if not (ROOT / name).is_file()] == []
    fuzz = re.findall(r"\| `(test_\w+\.py)` \|", SECURITY)
    assert [name for name in fuzz if not (ROOT / "tests/properties" / name).is_file()] == []


def thorough_tries(name: str) -> int:
    """How many tries a file of the fuzz makes of its own with the thorough profile."""
    path = ROOT / "tests" / "properties" / name
    spec = importlib.util.spec_from_file_location(f"thorough_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    total = 0
    for test in vars(module).values():
        own = getattr(test, "_hypothesis_internal_use_settings", None)
        if own is None or own.max_examples == settings().max_examples:
            continue  # what the profile gives every test is not counted
        marks = getattr(test, "pytestmark", ())
        each = [len(list(mark.args[1])) for mark in marks if mark.name == "parametrize"]
        total += own.max_examples * math.prod(each)
    return total


def test_the_tries_of_the_fuzz_are_two_hundred_thousand_and_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The table of the page adds up, and each file makes as many as it says."""
    monkeypatch.setenv("INDEXCALC_HYPOTHESIS", "thorough")
    rows = re.findall(r"\| ([\d,]+) \| `(test_\w+\.py)` \|", SECURITY)
    said = {name: int(count.replace(",", "")) for count, name in rows}
    assert sum(said.values()) > 200_000
    assert {name: thorough_tries(name) for name in said} == said


def test_the_bounds_are_those_of_the_code() -> None:
    assert f"| a rule file | {yaml.MAX_BYTES // 1_000_000} MB, {yaml.MAX_DEPTH} levels" in SECURITY
    assert f"{yaml.MAX_NODES:,} values" in SECURITY
    assert f"| {JSON_BYTES // 1024**2} MB |" in SECURITY


def test_every_code_there_is_of_values_is_on_the_page() -> None:
    named = set(re.findall(r"\b[A-Z]{3}\d{3}\b", QUALITY))
    assert named <= set(CATALOGUE)
    assert {code for code in CATALOGUE if "DAT050" <= code < "DAT060"} <= named


def test_every_threshold_has_its_default_on_the_page() -> None:
    for name, value in THRESHOLDS.items():
        shown = f"{value:,g}" if value >= 1000 else f"{value:g}"
        assert re.search(rf"`{name}` \({shown}\b", QUALITY), name
