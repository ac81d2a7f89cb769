"""A text that counts says ``1 line``, not ``1 lines``: numbers before plurals go through ``quantity``.

What is never one, or no count, is listed below.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "indexcalc"
COUNTED = [
    "lines",
    "rows",
    "sessions",
    "days",
    "names",
    "members",
    "reviews",
    "times",
    "columns",
    "tables",
    "files",
    "errors",
    "warnings",
    "cases",
    "constituents",
    "securities",
    "values",
    "fields",
    "years",
    "months",
    "returns",
    "groups",
    "issuers",
    "changes",
    "markets",
    "tries",
    "findings",
    "variants",
    "runs",
    "decisions",
    "entries",
    "dividends",
    "computations",
    "questions",
    "parts",
    "trades",
]
PLURAL = re.compile(rf"^ (?:more )?(?:{'|'.join(COUNTED)})\b")
TEMPLATE = re.compile(rf"\{{\w+\}} (?:more )?(?:{'|'.join(COUNTED)})\b")

NOT_ONE = {
    # more than one, by what is asked before
    ("analysis/sweep/rule_variants.py", "{len(combined)} variants"),
    ("analysis/sweep/swept_rule.py", "{caps.reviews} reviews"),
    ("calculation/prices/pending_shares.py", "{waited} sessions"),
    ("cases/rows.py", "{MOST_ROWS} rows"),
    ("cli/market/samples.py", "{len(files)} files"),
    ("cli/options.py", "{len(runs)} runs"),
    ("cli/studies/flows_summary.py", "{n} sessions"),
    ("market/checks/daily.py", "{missing} sessions"),
    ("market/checks/missing_rows.py", "{lack[1]} lines"),
    ("market/importers/files/text.py", "{len(header)} columns"),
    ("market/importers/files/typed.py", "{table.num_columns} columns"),
    ("market/importers/maps/reshape.py", "{same.size + 1} rows"),
    ("market/merging/merge.py", "{self.n_conflicts} values"),
    ("methodology/describe/new_rule.py", "{count} names"),
    ("methodology/describe/wording.py", "{test.for_reviews} reviews"),
    ("methodology/reading/yaml.py", "{MAX_NODES} values"),
    ("report/rulebook/words/conditions.py", "{n} reviews"),
    ("report/rulebook/words/values.py", "{n} months"),
    ("report/rulebook/words/values.py", "{n} sessions"),
    ("review/measures/at_reviews.py", "{expected} sessions"),
    ("review/review_findings.py", "{codes.size} lines"),
    ("review/review_findings.py", "{len(dates)} reviews"),
    ("weighting/caps/feasibility.py", "{lines[unit]} lines"),
    ("weighting/float_factors/baskets.py", "{int(scale.says.sum())} lines"),
    # a limit below which something is different, or how many there are a year
    ("cli/studies/compare.py", "{made.periods} returns"),
    ("cli/studies/simulate_summary.py", "{annual['periods']} returns"),
    ("report/rulebook/sections/caps.py", "{n} constituents"),
    ("report/rulebook/sections/maintenance.py", "{n} constituents"),
    ("report/rulebook/sections/overlay.py", "{days} sessions"),
    # times as large
    ("calculation/prices/gaps.py", "{stated / last} times"),
    ("market/checks/plausible.py", "{ratio} times"),
    ("market/checks/unfollowed_actions.py", "{ratio} times"),
    ("report/rulebook/sections/caps.py", "{times} times"),
    ("report/rulebook/sections/overlay.py", "{value} times"),
    ("weighting/float_factors/baskets.py", "{', '.join(map(str, times[:4]))} times"),
    # no number: a symbol, an index, a date, a word
    ("calculation/levels/event_log.py", "{giver} trades"),
    ("calculation/members/members.py", "{rule.index} changes"),
    ("cli/rules/validate.py", "{until} sessions"),
    ("methodology/check/conditions.py", "{status} names"),
    ("report/run_report/reasons/shapes.py", "{first} names"),
    ("report/run_report/summary.py", "{effective} names"),
    ("review/selection/fill_and_trim.py", "{only.status} names"),
    # text of the rule language
    ("analysis/near/moved_market.py", "{before} sessions"),
    ("methodology/model/value_kinds.py", "{node.text} sessions"),
    # put right where it is said (`in_words`)
    ("report/run_report/reasons/shapes.py", "{n} groups"),
    ("report/run_report/reasons/shapes.py", "{n} names"),
    ("report/run_report/reasons/shapes.py", "{other} sessions"),
    # pages of whole runs
    ("report/run_report/document.py", "{n} constituents"),
    ("report/run_report/sections.py", "{seen} sessions"),
    ("report/run_report/sections.py", "{whole(there)} sessions"),
}
"""Numbers that are not one, or whose text is no sentence: (module, text).  An entry may only leave."""


def texts() -> Iterator[tuple[str, str]]:
    """(module, number and plural) of every plural behind a number."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                for part, after in zip(node.values, node.values[1:], strict=False):
                    if isinstance(part, ast.FormattedValue) and isinstance(after, ast.Constant):
                        plural = PLURAL.match(str(after.value))
                        if plural:
                            yield name, f"{{{ast.unparse(part.value)}}}{plural.group()}"
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                for found in TEMPLATE.finditer(node.value):
                    yield name, found.group()


def test_a_number_before_a_plural_is_a_quantity() -> None:
    found = set(texts())
    assert found - NOT_ONE == set()
    gone = NOT_ONE - found
    assert {item for item in gone if not item[0].startswith("report/run_report/")} == set()
