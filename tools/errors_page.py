"""Writes docs/errors.md, the catalogue of codes: what each means, how it looks, how to get out.

    python -m tools.errors_page          (a test says when it is out of date)

The examples are the broken files of tests/invalid_rules, as `validate` prints them; codes that no rule
file can show have a line in tools/error_examples.txt.
"""

from __future__ import annotations

import re
from pathlib import Path

from msgspec.structs import replace

from indexcalc.calculation.validate import validate
from indexcalc.codes import CATALOGUE, Code
from indexcalc.diagnostics import render_text

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "errors.md"
BROKEN = ROOT / "tests" / "invalid_rules"
EXAMPLES = ROOT / "tools" / "error_examples.txt"
FIRST_LINE = re.compile(r"# ([A-Z]{3}\d{3}) \d+:\d+(?: `.*`)?: .+")
SHOWN_WIDTH = 240
PREFIXES = {
    "YML": "The text of a rule file",
    "RUL": "Keys and values of a rule",
    "DTE": "Dates and sessions",
    "REF": "Other rules",
    "REV": "Reviews",
    "CAP": "Weights and caps",
    "CAL": "Levels",
    "DAT": "The market",
    "IMP": "Imports",
    "CAS": "A rule's own cases",
    "RUN": "What a run writes",
    "ANA": "Studies of an index",
    "STU": "The studio",
}
HEAD = """\
# Codes

Every finding has a stable code: it is never renamed and never means something else. `indexcalc validate`
shows all findings of a rule at once, each with its place, what was observed, and a way out. Warnings do
not fail. This page is made from the catalogue (`python -m tools.errors_page`), and its examples from the
broken files in [tests/invalid_rules](../tests/invalid_rules).
"""


def page() -> str:
    """The whole page."""
    examples = {**_texts(), **_broken_files()}
    parts = [HEAD]
    for prefix, title in _prefixes().items():
        parts.append(f"\n## {prefix}: {title}\n")
        for code in CATALOGUE.values():
            if code.code.startswith(prefix):
                parts.append(_entry(code, examples.get(code.code, "")))
    return "\n".join(parts)


def _prefixes() -> dict[str, str]:
    """Those with a title, then any other there is."""
    others = {code[:3]: "Other" for code in CATALOGUE if code[:3] not in PREFIXES}
    return {**PREFIXES, **others}


def _entry(code: Code, example: str) -> str:
    shown = f"\n```\n{example}\n```\n" if example else ""
    return (
        f"### {code.code}: {code.title}\n\n"
        f"*{code.severity.capitalize()}.* {code.meaning}\n{shown}\n**Way out.** {code.fix}\n"
    )


def _texts() -> dict[str, str]:
    lines = EXAMPLES.read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" ", 1) for line in lines if line and not line.startswith("#"))
    return {code: text for code, text in pairs}


def _broken_files() -> dict[str, str]:
    """By code: what `validate` prints of its broken file, long lines cut."""
    found: dict[str, str] = {}
    for path in sorted(BROKEN.glob("*.yaml")):
        first = path.read_bytes().split(b"\n", 1)[0].decode("utf-8", "replace")
        match = FIRST_LINE.fullmatch(first)
        if match is None or match[1] in found:
            continue
        shown = path.relative_to(ROOT).as_posix()
        made = validate(path, between=match[1] == "DTE015")
        items = [
            replace(
                item,
                span=None if item.span is None else replace(item.span, path=shown),
                path=shown,
            )
            for item in made.diagnostics
        ]
        text = render_text(items, {shown: made.texts.get(str(path), "")} if made.texts else {})
        # A message may name the file by where this checkout lies.
        text = text.replace(f"{ROOT}/", "")
        found[match[1]] = "\n".join(_cut(line) for line in text.splitlines())
    return found


def _cut(line: str) -> str:
    return line if len(line) <= SHOWN_WIDTH else line[: SHOWN_WIDTH - 4] + " ..."


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}: {len(CATALOGUE)} codes")


if __name__ == "__main__":
    main()
