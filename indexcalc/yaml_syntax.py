"""What the YAML parser says of a text that is no YAML, in the words of a person who wrote it."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from indexcalc.diagnostics import Span

_HINT: Final = (
    "check indentation, brackets and quotes; quote text that holds `: ` or begins with a sign"
)
_WORDS: Final = {
    "did not find expected ',' or '}'": "`,` or `}` is missing before this: the `{` of {begin} is open",
    "did not find expected ',' or ']'": "`,` or `]` is missing before this: the `[` of {begin} is open",
    "found unexpected end of stream": "the text ends inside the quotes that open on {begin}",
    "did not find expected key": "this is no key of the block that begins on {begin}",
    "did not find expected '-' indicator": "this is no item of the list that begins on {begin}",
    "could not find expected ':'": "a `:` is missing behind the key on {begin}",
    "mapping values are not allowed in this context": "a `:` cannot stand here: it has no key",
    "block sequence entries are not allowed in this context": "a list cannot begin here: put its first "
    "`-` on a line of its own",
    "found character that cannot start any token": "a value cannot begin with this sign",
    "did not find expected node content": "a value is missing before this",
    "found unknown escape character": "a backslash cannot stand before this in double quotes",
}


class BrokenYaml(Struct, frozen=True):
    """Where a text stops being YAML, why, and the way out; ``tab``: a tab stands there."""

    message: str
    span: Span
    hint: str = _HINT
    tab: bool = False


def broken_yaml(error: Exception, text: str, name: str) -> BrokenYaml:
    """What stopped the parser at a text of the file ``name``, with what was begun before."""
    from yaml import MarkedYAMLError

    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        if mark is None:
            return BrokenYaml(_in_words(error), Span(name, 1, 1))
        span = Span(name, mark.line + 1, mark.column + 1)
        lines = text.splitlines()
        shown = lines[mark.line] if mark.line < len(lines) else ""
        if shown[mark.column : mark.column + 1] == "\t":
            return BrokenYaml("a tab stands here", span, "write spaces", tab=True)
        return BrokenYaml(_in_words(error), span)
    message = str(getattr(error, "reason", error))
    character = getattr(error, "character", None)
    if isinstance(character, int) and (position := text.find(chr(character))) >= 0:
        return BrokenYaml(message, span_at(text, position, name))
    return BrokenYaml(message, Span(name, 1, 1))


def _in_words(error: Any) -> str:
    """The parser's problem, and the place where what it found broken begins."""
    begin = error.context_mark
    said = _WORDS.get(error.problem or "")
    if said is None or ("{begin}" in said and begin is None):
        return " ".join(part for part in (error.context, error.problem) if part)
    where = f"line {begin.line + 1}, column {begin.column + 1}" if begin is not None else ""
    return said.replace("{begin}", where)


def span_at(text: str, index: int, name: str) -> Span:
    """The place of a character of a text, counting lines as they are shown."""
    lines = (text[:index] + "x").splitlines()
    return Span(name, len(lines), len(lines[-1]))
