"""Names inside one rule: are they free to take, and is every name that is used also defined?"""

from __future__ import annotations

import functools
from collections.abc import Set
from typing import Any, Final

from indexcalc.methodology.model.conditions import CONDITION_WORDS, GROUP_COUNTS
from indexcalc.methodology.model.market_columns import TABLE_NAMES
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import Block
from indexcalc.methodology.reading.reader import Mention, Reading, nearest
from indexcalc.methodology.reading.yaml import Scalar
from indexcalc.methodology.values.date_phrases import GRAMMAR_WORDS, KNOWN_DAYS

COLUMNS: Final = frozenset(
    (
        "close",
        "base_price",
        "shares_outstanding",
        "volume",
        "traded_value",
        "market_cap",
        "float_market_cap",
        "turnover_ratio",
        "float_turnover_ratio",
        "symbol",
        "name",
        "name_en",
        "isin",
        "issuer",
        "market",
        "currency",
        "country",
        "share_class",
        "security_type",
        "sector",
        "listing_date",
        "listed_by",
        "delisting_date",
        "successor",
        "float_factor",
        "designation",
        "date",
    )
)
"""Columns every market has or may have, and those made from them."""
FIELDS: Final = frozenset({*COLUMNS, "listed_for", "inclusion", *GROUP_COUNTS})
_GROUPING_KEYS: Final = ("per", "within", "unit", "of_ranks_in")
_ANY_GROUPING: Final = ("security", "issuer", "all")
_TEST_WORDS: Final = frozenset(
    (
        "min",
        "max",
        "above",
        "below",
        "in",
        "not_in",
        "none_of",
        "rank",
        "coverage",
        "share",
        "among",
        "within",
        "for",
        "unless",
        "beyond",
        "from",
        "to",
        "reach",
        "nearest",
        "existing",
        "new",
        "remaining",
        "eligible",
        "selected",
        "all",
        "none",
        "unknown",
        "issuer",
        "security",
    )
)


@functools.cache
def reserved_words() -> frozenset[str]:
    """All keys of the language and the words of its conditions."""
    words = set(_TEST_WORDS) | set(CONDITION_WORDS) | set(KNOWN_DAYS) | GRAMMAR_WORDS
    waiting: list[Any] = [Block]
    while waiting:
        block = waiting.pop()
        waiting.extend(block.__subclasses__())
        words.update(block.language_keys)
    return frozenset(words)


def check_names(root: source.Mapping, reading: Reading) -> None:
    """Findings about names: clashes, and names that are used but not defined.

    Works from the nodes, so that these mistakes are reported also where the rule did not read.
    """
    measures = _keys_under(root, "measures")
    groups = _keys_under(root, "groups")
    dates = _keys_under(root, "dates")
    columns = _keys_under(root, "columns")
    _clashes(measures, groups, dates, columns, reading)
    _date_names(dates, reading)
    known = {*measures, *groups}
    for mention in reading.measures:
        if mention.name not in measures and mention.name not in COLUMNS:
            _undefined(mention, "measure", {*measures}, reading)
    _columns({*known, *columns}, {*FIELDS, *CONDITION_WORDS}, reading)


def _columns(own: set[str], general: set[str], reading: Reading) -> None:
    """RUL017 and RUL118: names that can only be columns, and that nothing says there are."""
    words = own | general
    groupings = set(reading.groupings)
    for mention in dict.fromkeys((*reading.fields, *reading.groupings)):
        if mention.name in words or (mention in groupings and mention.name in _ANY_GROUPING):
            continue
        if mention.name in TABLE_NAMES and mention.path.endswith(".count"):  # counts its rows
            continue
        close = near_name(mention.name, own, general)
        if close:
            code, hint = "RUL017", f"did you mean `{close}`?"
            message = f"`{mention.name}` is neither a measure nor a group: it is taken as a column"
        else:
            code, hint = (
                "RUL118",
                _defined_or_listed(mention),
            )
            message = (
                f"`{mention.name}` is not a measure, a group, or a column that every market has"
            )
        reading.findings.add(code, message, span=mention.span, where=mention.path, hint=hint)


def near_name(name: str, own: Set[str], general: Set[str]) -> str:
    """What a name that nothing has most likely means: one of the rule's ``own``, which are few and so
    guessed from less, else one of those every market has; '' where none is near."""
    return nearest(name, sorted(own), 0.7) or nearest(name, sorted(general), 0.8)


def define(name: str, path: str = "") -> str:
    """The way out where a measure or group is used and not defined; '' where a column is asked for."""
    if path.rpartition(".")[2] in _GROUPING_KEYS:
        return f"define it: `groups: {{{name}: {{column: sector}}}}`"
    if path.startswith(("measures.", "groups.", "universe.")):
        return ""
    return f"define it: `measures: {{{name}: {{mean: market_cap, over: 6 months}}}}`"


def _defined_or_listed(mention: Mention) -> str:
    kinds = (
        ("text", "number")
        if mention.path.rpartition(".")[2] in _GROUPING_KEYS
        else ("number", "text")
    )
    listed = f"`columns: {{{mention.name}: {kinds[0]}}}`, or {kinds[1]}"
    defined = define(mention.name, mention.path)
    return (
        f"{defined}; or, if your market has it as a column, {listed}"
        if defined
        else f"if yours has it: {listed}"
    )


def _keys_under(root: source.Mapping, word: str) -> dict[str, Scalar]:
    block = root.get(word)
    if not isinstance(block, source.Mapping):
        return {}
    return {name.text: name for name, _ in block.entries}


def _clashes(
    measures: dict[str, Scalar],
    groups: dict[str, Scalar],
    dates: dict[str, Scalar],
    columns: dict[str, Scalar],
    reading: Reading,
) -> None:
    for kind, names, taken in (
        ("measures", measures, {}),
        ("groups", groups, measures),
        ("dates", dates, {}),
        ("columns", columns, {**measures, **groups}),
    ):
        for name, node in names.items():
            clash = ""
            if name in taken:
                clash = "a measure" if name in measures else "a group"
            elif name in reserved_words():
                clash = "a word of the rule language"
            elif kind in ("measures", "groups") and name in FIELDS:
                clash = "a column"
            if clash:
                reading.findings.add(
                    "RUL013",
                    f"`{name}` is also {clash}",
                    span=node.span,
                    where=f"{kind}.{name}",
                    hint="give it a name of its own",
                )


def _date_names(dates: dict[str, Scalar], reading: Reading) -> None:
    for mention in reading.date_names:
        if mention.name not in dates:
            _undefined(mention, "date", {*dates}, reading, {*KNOWN_DAYS}, code="DTE005")


def _undefined(
    mention: Mention,
    kind: str,
    known: set[str],
    reading: Reading,
    others: Set[str] = frozenset(),
    code: str = "RUL014",
) -> None:
    """``others``: words that need no definition, and may have been meant."""
    close = nearest(mention.name, sorted(known | others))
    if kind == "date":
        way_out = (
            f"define it: `dates: {{{mention.name}: {{months: [3, 6, 9, 12], on: 2nd thursday}}}}`"
        )
    else:
        way_out = define(mention.name)
    if known:
        way_out = f"defined: {', '.join(sorted(known))}; or {way_out}"
    reading.findings.add(
        code,
        f"there is no {kind} `{mention.name}`",
        span=mention.span,
        where=mention.path,
        hint=f"did you mean `{close}`?" if close else way_out,
    )
