"""The catalogue: one module a prefix, every code once, in order, with a way out."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import indexcalc.codes
from indexcalc.codes import CATALOGUE


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


def test_every_code_says_what_it_means_and_the_way_out() -> None:
    for code in CATALOGUE.values():
        assert code.title, code.code
        assert not code.title.endswith("."), code.code
        assert code.meaning.endswith("."), code.code
        assert code.fix, code.code
