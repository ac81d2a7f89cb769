"""What a run was made from, and the name of a run: the same for the same, another for another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from indexcalc.calculation.run.manifest import file_names, manifest, run_names, version_of
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.methodology.load.load import rule_from_text
from indexcalc.methodology.model.methodology import Methodology
from tests.call_counts import count_calls
from tests.unit.calculation import small
from tests.unit.calculation.small import day, line, market

RULE = small.rule(small.CAP)
CHILD = Methodology.from_text(
    "index: child\nuniverse: {of: test}\nreview: {follows: test}\nbase: {date: 2024-01-02, level: 1}\n"
    "currency: KRW\ncalendar: XKRX\nweighting: {scheme: market_cap}\n"
)
OVER = market(line("A", [1, 2, 3]))


def made(rule: Methodology = RULE, **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "family": [RULE] if rule is RULE else [RULE, rule],
        "market": OVER,
        "sessions": Sessions("XKRX", "7", OVER.days),
        "start": day(0),
        "end": day(2),
        "options": {"start": None, "assume": {"x": "1"}},
        "assumptions": ["b", "a"],
        "counts": {"sessions": 3},
    }
    return manifest(rule, **{**values, **more})


def test_what_a_manifest_says() -> None:
    found = made()
    assert (found["index"], found["start"], found["end"]) == ("test", "2024-01-02", "2024-01-04")
    assert (found["options"], found["counts"]) == (
        {"start": None, "assume": {"x": "1"}}, {"sessions": 3},
    )  # fmt: skip
    assert found["assumptions"] == ["b", "a"]  # in the order they were made
    assert found["calendar"] == {"name": "XKRX", "version": "7"}
    assert found["parents"] == {}
    assert found["rule"]["sha256"] == RULE.sha256
    child = made(CHILD)
    assert list(child["parents"]) == ["test"]
    assert child["parents"]["test"]["run"] == found["run"]
    assert child["run"] != found["run"]


def test_the_name_of_a_run_follows_from_what_it_is_made_from() -> None:
    one = made()["run"]
    assert made(assumptions=[], counts={})["run"] == one  # what came of it is no part
    assert made(options={"start": "2024-01-03", "assume": {"x": "1"}})["run"] != one
    assert made(sessions=Sessions("XKRX", "8", OVER.days))["run"] != one
    assert made(market=market(line("A", [1, 2, 4])))["run"] != one
    other = small.rule(small.CAP.replace("level: 1000", "level: 100"))
    assert made(other, family=[other])["run"] != one


def test_names_rest_on_those_of_the_parents() -> None:
    alone = run_names([RULE], {"x": 1})
    both = run_names([RULE, CHILD], {"x": 1})
    assert both["test"] == alone["test"]
    other = small.rule(small.CAP.replace("level: 1000", "level: 100"))
    assert run_names([other, CHILD], {"x": 1})["child"] != both["child"]
    assert run_names([RULE, CHILD], {"x": 2})["child"] != both["child"]
    # A parent on official levels has no run.
    assert run_names([CHILD], {"x": 1})["child"] != both["child"]


def test_metadata_of_a_package_are_parsed_once() -> None:
    assert version_of("numpy") == np.__version__
    assert count_calls(lambda: version_of("numpy")) < 10
    assert version_of("no-such-package") == "not installed"


def test_what_the_file_of_an_index_may_be_called() -> None:
    assert file_names("test")[:2] == ("test.yaml", "test.yml")
    assert file_names("test")[2] == "<text>"


def test_a_rule_from_a_file_is_named_by_it_and_one_from_elsewhere_is_a_text(tmp_path: Path) -> None:
    for name, told in (("test.yaml", "test.yaml"), ("other.yaml", "<text>")):
        path = tmp_path / name
        path.write_text(small.CAP, encoding="utf-8")
        rule = rule_from_text(small.CAP, str(path))
        (file,) = made(rule, family=[rule])["rule"]["files"]
        assert (file["name"], file["text"]) == (told, small.CAP)
