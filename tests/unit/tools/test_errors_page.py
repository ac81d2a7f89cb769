"""The page of codes is the catalogue's, and every code has an example."""

from __future__ import annotations

import ast
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


def test_examples_say_what_the_package_says() -> None:
    """Half of the words of an example stand in one text of the package; cut out is what varies."""
    texts = []
    for path in (errors_page.ROOT / "indexcalc").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            said = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
            texts.append(_words(" ".join(said)))
    lines = errors_page.EXAMPLES.read_text(encoding="utf-8").splitlines()
    for line in (line for line in lines if not line.startswith("#")):
        words = _words(re.sub(r".*?(error|warning) \w{6}.*?: ", "", line.split(" ", 1)[1]))
        assert max(len(words & text) for text in texts) >= len(words) / 2, line


def _words(text: str) -> set[str]:
    return set(re.findall("[a-z]{3,}", re.sub(r"`[^`]*`|'[^']*'", "", text).lower()))
