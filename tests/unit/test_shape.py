"""The shape of the package: folders, modules, functions and calls stay small enough to read.

What does not keep to it is listed below by name with the figure it has; a name may only leave the list
or shrink.  Each module has a test file in the same place under ``tests/unit``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PACKAGE = TESTS.parents[1] / "indexcalc"
MODULES_IN_A_FOLDER = 15
LINES_OF_A_MODULE = 400
LINES_OF_A_FUNCTION = 80
POSITIONAL_ARGUMENTS = 6

EXCEPTIONS: dict[str, int] = {}

NOT_YET_MIRRORED: frozenset[str] = frozenset({"review/result.py"})
"""Modules whose tests are not yet in a file of their own; a name may only leave the list."""


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), path


def measured() -> dict[str, int]:
    """What is larger than it may be, by name: ``folder``, ``module``, ``module:function``,
    ``module(calls)`` with the number of calls of too many positional arguments."""
    found: dict[str, int] = {}
    for folder in sorted({path.parent for _, path in modules()}):
        count = sum(1 for path in folder.glob("*.py") if path.name != "__init__.py")
        if count > MODULES_IN_A_FOLDER:
            found[f"{folder.relative_to(PACKAGE).as_posix()}/"] = count
    for name, path in modules():
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > LINES_OF_A_MODULE:
            found[name] = lines
        calls = 0
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LINES_OF_A_FUNCTION:
                    found[f"{name}:{node.name}"] = length
            elif isinstance(node, ast.Call):
                calls += len(node.args) > POSITIONAL_ARGUMENTS
        if calls:
            found[f"{name}(calls)"] = calls
    return found


def test_nothing_grows_beyond_what_is_read_in_one_sitting() -> None:
    larger = {
        name: figure for name, figure in measured().items() if figure > EXCEPTIONS.get(name, 0)
    }
    assert larger == {}


def unmirrored() -> list[str]:
    """Modules without a test file in the same place: ``A/m.py`` has ``tests/unit/A/test_m.py``.

    The tables of codes have one test for all: ``codes/test_codes.py``.
    """
    return [
        name
        for name, path in modules()
        if path.name != "__init__.py"
        and not name.startswith("codes/")
        and not (TESTS / name).with_name(f"test_{path.stem.lstrip('_')}.py").is_file()
    ]


def test_every_module_has_a_test_file_in_the_same_place() -> None:
    assert set(unmirrored()) - NOT_YET_MIRRORED == set()


if __name__ == "__main__":
    for name, figure in measured().items():
        print(f'    "{name}": {figure},')
    for name in unmirrored():
        print(f'    "{name}",')
