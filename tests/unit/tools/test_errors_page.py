"""The page of codes is the catalogue's, and every code has an example."""

from __future__ import annotations

import re

from indexcalc.codes import CATALOGUE
from tools import errors_page


def test_the_page_is_up_to_date() -> None:
    """`python -m tools.errors_page` makes it."""
    assert errors_page.PAGE.read_text(encoding="utf-8") == errors_page.page()


def test_every_code_has_an_example_with_its_code_and_severity() -> None:
    """A rule code: a file in tests/invalid_rules; another: a line in tools/error_examples.txt."""
    sections = re.split(r"^### ", errors_page.page(), flags=re.M)[1:]
    assert [section[:6] for section in sections] != []
    assert {section[:6] for section in sections} == set(CATALOGUE)
    for section in sections:
        code = section[:6]
        match = re.search(r"```\n(.*?)\n```", section, re.S)
        assert match, f"{code} has no example"
        assert f"{CATALOGUE[code].severity} {code}" in match[1], code


def test_no_example_is_of_a_code_that_is_not_there() -> None:
    lines = errors_page.EXAMPLES.read_text(encoding="utf-8").splitlines()
    codes = [line.split(" ", 1)[0] for line in lines if line and not line.startswith("#")]
    assert set(codes) <= set(CATALOGUE)
    assert len(codes) == len(set(codes))
