"""Families: all rules an index needs, parents first, each child with what it inherits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from indexcalc.diagnostics import Findings, Span, UsageError
from indexcalc.methodology.load.load import (
    RuleTextError,
    _no_rule,
    find,
    load_rule,
    shipped_folder,
    shown_path,
)
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.schedule import Review
from indexcalc.methodology.reading.reader import Mention
from indexcalc.methodology.reading.yaml import Scalar
from indexcalc.methodology.values.dated import Dated

INHERITED: Final = ("currency", "calendar", "published", "weighting", "base")
_INHERITED_BY_OVERLAY: Final = ("currency", "calendar", "published", "base")


class Family(Struct, frozen=True):
    """Rules by index name, every parent before its children; ``asked``: those asked for."""

    rules: Mapping[str, Methodology]
    asked: tuple[str, ...]

    def __getitem__(self, index: str) -> Methodology:
        return self.rules[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    @property
    def texts(self) -> dict[str, str]:
        """The text of every file read, by path: to show diagnostics with their lines."""
        return {file.path: file.text for rule in self.rules.values() for file in rule.files}

    @property
    def warnings(self) -> tuple[Any, ...]:
        """The warnings of all rules."""
        return tuple(warning for rule in self.rules.values() for warning in rule.warnings)


def no_rule(said: object) -> UsageError:
    """UsageError (CAL010): something that a caller gave for a rule is none."""
    return UsageError.of(
        "CAL010",
        f"{said!r:.60} is not a rule",
        where="rule",
        hint="give the name of a shipped rule, the path of a file, or a Methodology",
    )


def load_family(
    names: Iterable[str | Path | Methodology],
    *,
    beside: Path | str | None = None,
    shipped: Path | None = None,
) -> Family:
    """The rules asked for and all they need, parents first.

    A child takes currency, calendar, published, weighting and base from its parent where it does
    not say them, and follows its parent's reviews where it has none of its own.
    Raises RuleTextError with the findings of *all* files: missing parents, circles, parents that
    differ in what is to be inherited, overlays named for their members, and whatever is wrong
    inside each.
    """
    loading = _Loading(shipped or shipped_folder())
    for name in names:
        if not isinstance(name, str | Path | Methodology):
            raise no_rule(name)
        loading.ask(name, beside)
    loading.follow_mentions()
    rules, findings = loading.rules, loading.findings
    order = _ordered(rules, findings)
    _members_of_overlays(rules, findings)
    resolved: dict[str, Methodology] = {}
    if not findings.errors:
        for index in order:
            resolved[index] = _inherit(rules[index], resolved, findings)
    if findings.errors:
        files = (file for rule in rules.values() for file in rule.files)
        texts = loading.texts | {file.path: file.text for file in files}
        raise RuleTextError(findings.items, texts)
    return Family(resolved, tuple(dict.fromkeys(loading.asked)))


class _Loading(Struct):
    """The rules read so far, by index; what was asked for; findings and texts of all files."""

    shipped: Path
    findings: Findings = field(default_factory=Findings)
    texts: dict[str, str] = field(default_factory=dict)
    rules: dict[str, Methodology] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    _broken: set[str] = field(default_factory=set)

    def ask(self, name: str | Path | Methodology, beside: Path | str | None) -> None:
        """Read a rule that was asked for; REF004 where another of that index was too."""
        rule = name if isinstance(name, Methodology) else self._load(name, beside)
        if rule is None:
            return
        known = self.rules.get(rule.index)
        if known is not None and known.sha256 != rule.sha256:
            self.findings.add(
                "REF004",
                f"`{known.path}` and `{rule.path}` are both `{rule.index}`",
                path=rule.path,
                hint="ask for one of them",
            )
            return
        self.rules[rule.index] = rule
        self.asked.append(rule.index)

    def follow_mentions(self) -> None:
        """Read the rules that are named by the rules read, until there are none left."""
        to_read = [(m, rule.folder) for rule in self.rules.values() for m in _mentions(rule)]
        while to_read:
            mention, folder = to_read.pop(0)
            if mention.name in self.rules or mention.name in self._broken:
                continue
            rule = self._find(mention, folder)
            if rule is None:
                self._broken.add(mention.name)
                continue
            self.rules[rule.index] = rule
            to_read += [(below, rule.folder) for below in _mentions(rule)]

    def _find(self, mention: Mention, folder: Path | None) -> Methodology | None:
        """The rule of a mention in ``folder``, else shipped; None after a finding."""
        path = find(mention.name, folder, self.shipped)
        if path is None:
            _no_rule(mention, folder, self.shipped, self.findings)
            return None
        rule = self._load(path, None)
        if rule is not None and rule.index != mention.name:
            self.findings.add(
                "REF004",
                f"`{shown_path(path, self.shipped)}` is the index `{rule.index}`",
                span=mention.span,
                where=mention.path,
                hint="name file and index alike",
            )
            return None
        return rule

    def _load(self, name: str | Path, beside: Path | str | None) -> Methodology | None:
        try:
            return load_rule(name, beside=beside, shipped=self.shipped)
        except RuleTextError as error:
            known = set(self.findings.items)
            self.findings.items.extend(item for item in error.diagnostics if item not in known)
            self.texts.update(error.texts)
            return None


def _mentions(rule: Methodology) -> tuple[Mention, ...]:
    return (*rule.parent_mentions, *rule.other_mentions)


def _ordered(rules: Mapping[str, Methodology], findings: Findings) -> list[str]:
    """Index names, parents first; a circle is a finding that names it."""
    order: list[str] = []
    done: set[str] = set()
    for start in rules:
        _visit(start, rules, [], done, order, findings)
    return order


def _visit(
    index: str,
    rules: Mapping[str, Methodology],
    trail: list[str],
    done: set[str],
    order: list[str],
    findings: Findings,
) -> None:
    if index in done or index not in rules:
        return
    for mention in rules[index].parent_mentions:
        if mention.name == index or mention.name in trail:
            circle = [*trail, index]
            circle = [*circle[circle.index(mention.name) :], mention.name]
            findings.add(
                "REF002",
                "indices in a circle: " + " -> ".join(circle),
                span=mention.span,
                where=mention.path,
                hint="one of them must not need the others",
            )
            continue
        _visit(mention.name, rules, [*trail, index], done, order, findings)
    done.add(index)
    order.append(index)


def _inherit(
    rule: Methodology, resolved: Mapping[str, Methodology], findings: Findings
) -> Methodology:
    """A child with what it does not say itself taken from its parents."""
    parents = [resolved[name] for name in _heirs_of(rule) if name in resolved]
    if not parents:
        return rule
    taken: dict[str, Any] = {}
    for word in _INHERITED_BY_OVERLAY if rule.is_overlay else INHERITED:
        if word in rule.said:
            continue
        first = getattr(parents[0], word)
        other = next((p for p in parents[1:] if getattr(p, word) != first), None)
        if other is not None and word not in ("base", "published"):
            findings.add(
                "REF003",
                f"`{parents[0].index}` and `{other.index}` differ in `{word}`",
                span=_index_span(rule),
                where=word,
                hint=f"say `{word}` in this rule",
            )
            continue
        if other is not None and word == "base":
            findings.add(
                "REF003",
                "the parents have no base in common",
                span=_index_span(rule),
                where=word,
                hint="say `base: {date: ..., level: ...}` in this rule",
            )
            continue
        taken[word] = first
    for word in ("currency", "calendar", "base"):
        if word in taken and not taken[word]:
            findings.add(
                "REF005",
                f"neither it nor its parent says `{word}`",
                span=_index_span(rule),
                where=word,
                hint=f"add `{word}: ...`",
            )
    if not rule.is_overlay and "review" not in rule.said and rule.universe.of is not None:
        taken["review"] = Review(
            follows=_all_of(rule.universe.of), path="universe.of", line=rule.line_of("universe.of")
        )
    inherited = tuple(word for word in taken)
    return rule.changed(**taken, inherited=inherited)


def _members_of_overlays(rules: Mapping[str, Methodology], findings: Findings) -> None:
    """REF006: rules that take members or reviews from an overlay."""
    for rule in rules.values():
        if rule.is_overlay:
            continue
        for mention in _mentions(rule):
            named = rules.get(mention.name)
            if named is not None and named.underlying is not None:
                findings.add(
                    "REF006",
                    f"`{mention.name}` is an overlay: it has no members",
                    span=mention.span,
                    where=mention.path,
                    hint=f"name `{named.underlying.index}`",
                )


def _heirs_of(rule: Methodology) -> tuple[str, ...]:
    """The parents a child inherits from: its universe's, else those it follows, else underlying."""
    if rule.underlying is not None:
        return (rule.underlying.index,)
    if rule.universe.of is not None:
        return _all_of(rule.universe.of)
    return rule.review.follows


def _all_of(names: Dated[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in names.values for name in group))


def _index_span(rule: Methodology) -> Span | None:
    node = rule.root.get("index")
    return node.span if isinstance(node, Scalar) else None
