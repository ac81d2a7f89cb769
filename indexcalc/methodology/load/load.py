"""Finds, reads and checks rules: one by name or path, or a whole family, parents first."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from indexcalc.diagnostics import Diagnostic, Findings, RuleError, render_text
from indexcalc.methodology.load import variants
from indexcalc.methodology.load.names import check_names
from indexcalc.methodology.load.schedule_days import check_days, check_months
from indexcalc.methodology.model.methodology import Methodology, RuleKeys, SourceFile
from indexcalc.methodology.model.value_kinds import INDEX_NAME
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import read_block
from indexcalc.methodology.reading.reader import BAD, At, Mention, Reading, did_you_mean
from indexcalc.methodology.reading.unknown_and_missing_keys import missing_key
from indexcalc.methodology.reading.yaml import Scalar

_SUFFIX: Final = ".yaml"
_NEEDED: Final = ("currency", "calendar", "base", "universe", "review")
_OF_MEMBERS: Final = (
    "universe",
    "review",
    "rebalance",
    "selection",
    "weighting",
    "eligibility",
    "groups",
    "float",
    "measures",
    "maintenance",
    "committee",
    "returns",
    "rounding",
)
_PARENT_PATHS: Final = (
    r"(universe\.(of|except)|(review|rebalance)\.follows|underlying\.index)(?![a-z_])"
)


class RuleTextError(RuleError):
    """Rules that do not read; ``texts`` are the files, by path, to show the findings in."""

    def __init__(self, diagnostics: Iterable[Diagnostic], texts: dict[str, str]) -> None:
        super().__init__(diagnostics)
        self.texts = texts
        self.mentions: tuple[Mention, ...] = ()
        """Indices named in what does not read."""
        self.args = (render_text(self.diagnostics, {p: _clipped(t) for p, t in texts.items()}),)


def _clipped(text: str) -> str:
    """A text without what stands beyond column 500 of a line."""
    return "\n".join(line[:500] for line in text.splitlines())


def shipped_folder() -> Path:
    """The folder of the shipped rules: inside the package, or beside it in a source checkout."""
    package = Path(__file__).resolve().parent.parent.parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def shipped_names(folder: Path) -> dict[str, Path]:
    """The rules below a folder by file stem, in any subfolder."""
    names: dict[str, Path] = {}
    for inside, file in _rule_files(folder):
        names.setdefault(file[: -len(_SUFFIX)], Path(inside, file))
    return names


def _rule_files(folder: Path) -> list[tuple[str, str]]:
    """(folder, file) of every rule below a folder, in the order of their paths."""
    found = [
        (inside, file)
        for inside, _, files in os.walk(folder)
        for file in files
        if file.endswith(_SUFFIX) and re.fullmatch(INDEX_NAME, file[: -len(_SUFFIX)], re.ASCII)
    ]
    return sorted(found, key=lambda pair: (*pair[0].split(os.sep), pair[1]))


def is_name(name_or_path: str | Path) -> bool:
    """Is it the name of an index (else it is a path)?"""
    return isinstance(name_or_path, str) and bool(re.fullmatch(INDEX_NAME, name_or_path, re.ASCII))


def load_rule(
    name_or_path: str | Path, *, beside: Path | str | None = None, shipped: Path | None = None
) -> Methodology:
    """One rule by name or path, its variant base merged in.  Raises RuleTextError."""
    findings = Findings()
    shipped = shipped or shipped_folder()
    path = Path(name_or_path)
    if is_name(name_or_path):
        file = find(str(name_or_path), Path(beside) if beside is not None else None, shipped)
        if file is None:
            findings.add(
                "REF001",
                f"there is no rule `{name_or_path}`",
                path=str(name_or_path),
                hint=did_you_mean(str(name_or_path), shipped_names(shipped), otherwise="shipped: "),
            )
            raise RuleTextError(findings.items, {})
        path = file
    shown = shown_path(path, shipped)
    text = source.read_file(path, findings)
    if text is None:
        raise RuleTextError([_at_path(item, shown) for item in findings.items], {})
    return _read(text, shown, path.parent, shipped, path.stem)


def rule_from_text(
    text: str,
    name: str = "<text>",
    *,
    beside: Path | str | None = None,
    shipped: Path | None = None,
) -> Methodology:
    """One rule from YAML text.  Raises RuleTextError."""
    folder = Path(beside) if beside is not None else None
    return _read(text, name, folder, shipped or shipped_folder(), None)


def find(name: str, beside: Path | None, shipped: Path) -> Path | None:
    """The file of a name: beside the file that names it, else among the shipped rules."""
    if beside is not None:
        for suffix in (".yaml", ".yml"):
            candidate = beside / (name + suffix)
            if candidate.is_file():
                return candidate
    file = name + _SUFFIX
    if not is_name(name):
        return None
    return min(
        (Path(inside, file) for inside, _, files in os.walk(shipped) if file in files), default=None
    )


def shown_path(path: Path, shipped: Path) -> str:
    """How a file is named to people: shipped rules as ``rules/krx/kospi.yaml`` wherever they lie."""
    try:
        return f"{shipped.name}/{path.relative_to(shipped).as_posix()}"
    except ValueError:
        return str(path)


def _at_path(finding: Diagnostic, shown: str) -> Diagnostic:
    if finding.span is not None:
        return replace(finding, span=replace(finding.span, path=shown))
    return replace(finding, path=shown)


def _read(
    text: str, shown: str, folder: Path | None, shipped: Path, stem: str | None
) -> Methodology:
    """Text to methodology: parse, merge with its base, read, check names.  Raises RuleTextError."""
    findings = Findings()
    files = [source_file(shown, text)]
    root = source.parse(text, shown, findings)
    if root is None:
        raise RuleTextError(findings.items, {shown: text})
    merged, whole = _with_base(root, folder, shipped, files, findings)
    own_keys = frozenset(name.text for name, _ in root.entries)
    try:
        return build(
            merged,
            own_keys=own_keys,
            files=tuple(files),
            folder=folder,
            stem=stem,
            whole=whole,
            findings=findings,
        )
    except RuleTextError as error:
        findings_with_names = Findings(list(error.diagnostics))
        for mention in dict.fromkeys(error.mentions):
            # An overlay may stand on levels of the market, without a rule.
            if mention.path != "underlying.index" and find(mention.name, folder, shipped) is None:
                _no_rule(mention, folder, shipped, findings_with_names)
        raise RuleTextError(findings_with_names.items, error.texts) from None


def vary(rule: Methodology, changes: Mapping[str, str]) -> Methodology:
    """A rule with other values at some rule paths.  Raises RuleTextError."""
    findings = Findings()
    root: source.Node = rule.root
    for path, text in changes.items():
        node = rule.node_of(path)
        if not isinstance(node, Scalar):
            known = [p for p in rule.paths if isinstance(rule.node_of(p), Scalar)]
            findings.add(
                "RUL020",
                f"`{path}` is not a single value of {rule.index}",
                path=rule.path,
                where=path,
                hint=did_you_mean(path, known).removeprefix("one of: ")[:200],
            )
            continue
        root = source.with_value(root, node, text)
    if findings.errors:
        raise RuleTextError(findings.items, {file.path: file.text for file in rule.files})
    assert isinstance(root, source.Mapping)
    varied = build(
        root, own_keys=rule.own_keys, files=rule.files, folder=rule.folder, findings=findings
    )
    inherited = {word: getattr(rule, word) for word in rule.inherited if word not in varied.said}
    return varied.changed(**inherited, inherited=rule.inherited)


def build(
    merged: source.Mapping,
    *,
    own_keys: frozenset[str],
    files: tuple[SourceFile, ...],
    folder: Path | None,
    findings: Findings,
    stem: str | None = None,
    whole: bool = True,
) -> Methodology:
    """A methodology from its tree, merged with that of its base.  Raises RuleTextError.

    ``own_keys``: the keys its own file has.  ``stem``: the file's name, which must be that of the
    index (None: any).  ``whole``: the base, if it is a variant, could be read.
    """
    reading = Reading(findings)
    at = At(reading)
    keys = read_block(RuleKeys, merged, at)
    keys_given = frozenset(name.text for name, _ in merged.entries)
    if whole:
        _needed(merged, keys_given, at)
    _overlay_alone(merged, keys_given, at)
    check_names(merged, reading)
    if keys is not BAD:
        check_months(keys, reading)
        check_days(keys, reading)
        if stem is not None and keys.index != stem:
            at.refuse(
                "RUL019",
                f"the index is `{keys.index}`, the file `{stem}`",
                merged.get("index"),
                "name both alike, so that other rules find it",
            )
    texts = {file.path: file.text for file in files}
    if findings.errors or keys is BAD:
        failed = RuleTextError(findings.items, texts)
        failed.mentions = tuple(reading.indices)
        raise failed
    published = keys.underlying is not None and keys.underlying.levels == "published"
    named = [m for m in reading.indices if not (published and m.path == "underlying.index")]
    parents = [m for m in named if re.match(_PARENT_PATHS, m.path)]
    others = [m for m in named if not re.match(_PARENT_PATHS, m.path)]
    after = {m.path for m in reading.after}
    values = {name: value for name, value in keys.__dict__.items() if name not in ("path", "line")}
    return Methodology(
        **values,
        path=files[0].path,
        line=1,
        text=files[0].text,
        sha256=files[0].sha256,
        files=files,
        folder=folder,
        root=merged,
        said=keys_given,
        own_keys=own_keys,
        uses=frozenset(reading.uses),
        warnings=tuple(findings.items),
        parent_mentions=(*parents, *(m for m in others if m.path in after)),
        other_mentions=tuple(m for m in others if m.path not in after),
    )


def source_file(shown: str, text: str) -> SourceFile:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return SourceFile(shown, text, digest)


def _with_base(
    root: source.Mapping,
    folder: Path | None,
    shipped: Path,
    files: list[SourceFile],
    findings: Findings,
) -> tuple[source.Mapping, bool]:
    """A rule merged with the base it is a variant of (and that with its own); False: base unread."""
    name = root.get("variant_of")
    if not isinstance(name, Scalar) or not is_name(name.text):
        return root, name is None
    path = find(name.text, folder, shipped)
    if path is None:
        _no_rule(Mention(name.text, "variant_of", name.span), folder, shipped, findings)
        return root, False
    shown = shown_path(path, shipped)
    if any(file.path == shown for file in files):
        chain = " -> ".join([Path(file.path).stem for file in files] + [name.text])
        findings.add(
            "REF002",
            f"variants in a circle: {chain}",
            span=name.span,
            where="variant_of",
            hint="let one of them stand on its own",
        )
        return root, False
    text = source.read_file(path, findings)
    base = source.parse(text, shown, findings) if text is not None else None
    if text is None or base is None:
        return root, False
    files.append(source_file(shown, text))
    base, whole = _with_base(base, path.parent, shipped, files, findings)
    return variants.merge(base, root), whole


def _needed(root: source.Mapping, keys: frozenset[str], at: At) -> None:
    """The keys a rule that stands on its own must say."""
    universe = root.get("universe")
    review = root.get("review")
    child = any(
        isinstance(block, source.Mapping) and block.get(word) is not None
        for block, word in ((universe, "of"), (review, "follows"))
    )
    if child:
        return
    needed: tuple[str, ...] = _NEEDED
    if keys & {"underlying", "overlay"}:
        below = root.get("underlying")
        levels = below.get("levels") if isinstance(below, source.Mapping) else None
        # A rule below says what the overlay does not; official levels say nothing.
        published = isinstance(levels, Scalar) and levels.text == "published"
        needed = ("currency", "calendar", "base") if published else ()
    for word in needed:
        if word not in keys:
            missing_key(word, root, at)


def _overlay_alone(root: source.Mapping, keys: frozenset[str], at: At) -> None:
    """``underlying`` and ``overlay`` go together, and exclude members and weights of one's own."""
    pair = keys & {"underlying", "overlay"}
    if not pair:
        return
    if len(pair) == 1:
        missing_key("overlay" if "underlying" in pair else "underlying", root, at)
    for name, _ in root.entries:
        if name.text in _OF_MEMBERS:
            at.into(name).refuse(
                "RUL012",
                f"`{name.text}` has no meaning for an overlay",
                name.span,
                "an overlay stands on the level of its `underlying`",
            )


def _no_rule(mention: Mention, folder: Path | None, shipped: Path, findings: Findings) -> None:
    names: Sequence[str] = sorted(
        {*shipped_names(shipped), *([p.stem for p in folder.glob("*.yaml")] if folder else [])}
    )
    findings.add(
        "REF001",
        f"there is no rule `{mention.name}`",
        span=mention.span,
        where=mention.path,
        hint=did_you_mean(mention.name, names, otherwise="known: ")
        if len(names) < 12 or did_you_mean(mention.name, names).startswith("did")
        else "write its rule, or name a shipped one",
    )
