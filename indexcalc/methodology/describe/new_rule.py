"""The text of a new rule file: a commented start, or another rule under a new name."""

from __future__ import annotations

from typing import Final

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.yaml import Node

SCHEMES: Final = ("float_market_cap", "market_cap", "equal")
_DROPPED: Final = ("cases", "name", "launch")
_MODELINE: Final = "# yaml-language-server: $schema="

_START: Final = """\
# {index}: {count} names by market capitalisation, chosen twice a year.
# Check it with:   indexcalc validate {file} --dates 4
# Compute it with: indexcalc compute {file} --market DIR     (without --market: the demo market)
index: {index}                 # as the file is called
name: {{en: {title}}}
currency: KRW
calendar: XKRX                 # the exchange whose sessions count
base: {{date: 2015-01-02, level: 1000}}

# Who may be chosen.  `of: RULE` takes another index's members instead of the whole market.
universe:
  where:
    share_class: common
    security_type: {{not_in: [reit, ship_fund, infrastructure_fund, spac]}}

# When: the session after the second Thursday of June and December, by data until the last session
# two months before.
review:
  months: [6, 12]
  effective: session after 2nd thursday
  cutoff: last session 2 months before
  announcement: 10 sessions before effective

# Figures to rank and test by.  A window may change by date: {{2015-01-02: 12 months, 2020-06-12: 6 months}}
measures:
  size: {{mean: market_cap, over: 6 calendar months}}
  liquidity: {{mean: traded_value, over: 6 calendar months}}

eligibility:
  listed_for: {{min: 6 calendar months, unless: existing}}

# How: the illiquid leave; then a buffer, so that a name near the border does not come and go.
selection:
  count: {count}
  steps:
    - require: {{liquidity: {{rank: 85%}}}}
    - select: {{size: {{rank: {{existing: {keep}, new: {enter}}}}}}}
    - trim: {{to: {count}, by: size, prefer: existing}}
    - fill: {{to: {count}, by: size}}

# How much of each.  A cap: `caps: [{{per: security, limit: {cap}}}]`
weighting:
  scheme: {scheme}

maintenance:
{joins}  deletions:
    - {{on: delisting, after: 0 sessions, replace_from: none}}
"""


def starting_text(index: str, file: str, count: int, scheme: str, schema: str = "") -> str:
    """A commented rule of ``count`` names (2 or more) under a scheme of ``SCHEMES``, that is valid.

    ``schema``: what its first line names for editors ('' for no such line).
    """
    buffer = max(1, count // 10)
    cap = max(10, -(-200 // count))  # never infeasible: at least twice an equal weight
    text = _START.format(
        index=index,
        file=file,
        title=index.replace("-", " "),
        count=count,
        keep=count + buffer,
        enter=count - buffer,
        cap=f"{min(cap, 100)}%",
        scheme=scheme,
        joins="  joins_at: leaver_weight       # of whoever enters between reviews\n"
        if scheme == "equal"
        else "",
    )
    return _with_schema(text, schema)


def one_key_a_line(rule: Methodology) -> bool:
    """Does each top-level key of a rule begin a line, so that ``renamed`` can exchange entries?"""
    keys = [key for key, _ in _own_entries(rule)]
    alone = len({key.span.line for key in keys}) == len(keys)
    return alone and all(key.span.column == 1 for key in keys)


def renamed(rule: Methodology, index: str, schema: str = "") -> str:
    """The text of a rule with ``one_key_a_line`` as a rule of another name, without its cases, names
    and launch.

    The text stays as written, comments too; only top-level entries are exchanged.
    """
    lines = rule.text.lstrip("\ufeff").splitlines()
    keys = [key.span.line for key, _ in _own_entries(rule)]
    ends = [*(line - 1 for line in keys[1:]), len(lines)]
    written: list[str] = list(lines[: keys[0] - 1]) if keys else []
    for (key, _), first, end in zip(_own_entries(rule), keys, ends, strict=True):
        part = lines[first - 1 : end]
        if key.text == "index":
            part[0] = f"index: {index}"
        elif key.text in _DROPPED:
            part = _remarks_behind(part)
        written += part
    if written and written[0].startswith(_MODELINE):
        written = written[1:]
    start = f"# Begun from {rule.index}; its cases are left out, its sources speak of {rule.index}."
    return _with_schema("\n".join([start, *written]).rstrip() + "\n", schema)


def _own_entries(rule: Methodology) -> list[tuple[source.Scalar, Node]]:
    """The top-level entries of the file itself, in the order of its lines."""
    own = [(key, node) for key, node in rule.root.entries if key.span.path == rule.path]
    if rule.variant_of is not None:  # the tree of a variant holds its base's entries too
        own = [(key, node) for key, node in own if key.text in rule.own_keys]
    return sorted(own, key=lambda entry: entry[0].span.line)


def _remarks_behind(part: list[str]) -> list[str]:
    """The blank lines and comments at the end of an entry: they belong to the next one."""
    end = len(part)
    while end > 1 and (not part[end - 1].strip() or part[end - 1].startswith("#")):
        end -= 1
    return part[end:]


def _with_schema(text: str, schema: str) -> str:
    return f"{_MODELINE}{schema}\n{text}" if schema else text
