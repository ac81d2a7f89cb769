"""Every case of the collection is named by a test that runs it, or stands here with the reason."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

HERE = Path(__file__).parent

NOT_RUN = {
    "D44": "weights of a minimum variance optimiser: no scheme of the language",
    "P17": "a geometric average of prices: no scheme of the language",
}
CASE = re.compile(r"(?<![A-Za-z0-9])[DP]\d\d(?!\d)")


def named() -> set[str]:
    """Cases named in the name, the text or the parameters of a test (not at the head of a file)."""
    found: set[str] = set()
    for path in HERE.glob("test_*.py"):
        if path == Path(__file__):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                words = node.name.upper().replace("_", " ")
                found |= set(CASE.findall(f"{words} {ast.unparse(node)}"))
    return found


def test_every_case_is_run_or_says_why_not(golden_cases: Path) -> None:
    listed = json.loads((golden_cases / "index.json").read_text(encoding="utf-8"))
    rows = listed if isinstance(listed, list) else listed["cases"]
    ids = {row["id"] for row in rows}
    assert len(ids) == 71
    assert ids - named() == set(NOT_RUN)
    # A case named by a test and not in the collection would be a slip.
    assert named() <= ids
