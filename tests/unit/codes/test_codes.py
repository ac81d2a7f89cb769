"""The catalogue: one module a prefix, every code once, in order, with a way out."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

import indexcalc.codes
from indexcalc.codes import CATALOGUE, Code, Severity


def _modules() -> dict[str, tuple[str, ...]]:
    names = [info.name for info in pkgutil.iter_modules(indexcalc.codes.__path__)]
    modules = {name: import_module(f"indexcalc.codes.{name}") for name in names if name != "code"}
    return {name: tuple(code.code for code in module.CODES) for name, module in modules.items()}


def test_a_module_holds_the_codes_of_its_prefix_in_order() -> None:
    for name, codes in _modules().items():
        assert {code[:3] for code in codes} == {name.upper()}
        assert list(codes) == sorted(codes)


def test_every_module_is_part_of_the_catalogue_and_no_code_is_defined_twice() -> None:
    codes = [code for found in _modules().values() for code in found]
    assert sorted(codes) == sorted(CATALOGUE)
    assert len(set(codes)) == len(codes)


SENTENCES = re.compile(r"[A-Z0-9`\"'-].*[.?]\)?", re.DOTALL)


@pytest.mark.parametrize("code", CATALOGUE.values(), ids=lambda code: code.code)
def test_a_code_says_what_it_means_and_the_way_out_in_whole_sentences(code: Code) -> None:
    assert SENTENCES.fullmatch(code.meaning), code.meaning
    assert SENTENCES.fullmatch(code.fix), code.fix
    assert code.title
    assert not code.title.endswith(".")
    assert code.severity in get_args(Severity)


def test_every_code_is_reported_by_the_package_and_no_other() -> None:
    package = Path(indexcalc.codes.__path__[0]).parent
    texts = [
        path.read_text(encoding="utf-8")
        for path in package.rglob("*.py")
        if path.parent.name != "codes"
    ]
    named = {code for text in texts for code in re.findall(r'"([A-Z]{3}\d{3})"', text)}
    assert named == set(CATALOGUE)


def test_a_code_that_does_not_exist_is_in_no_table() -> None:
    assert "DAT999" not in CATALOGUE
    assert "XYZ001" not in CATALOGUE
