"""Which words of a map go with which column: a word that would do nothing is told, never passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# By the kind of the market's column; `column` and `given` say where it comes from.
_OF_TEXT = ("strip", "split", "pad", "values", "others")
_OF_NUMBERS = ("strip", "times", "divide_by", "percent", "abs")
OF_KIND = {
    "text": _OF_TEXT,
    "float": _OF_NUMBERS,
    "integer": _OF_NUMBERS,
    "date": ("date_format",),
    "flag": ("strip", "values", "others"),
}
_FREE = ("column", "given", "as")
_SAID = {
    "text": "text",
    "float": "numbers",
    "integer": "whole numbers",
    "date": "days",
    "flag": "flags",
}


def idle_words(
    target: str, words: Iterable[str], kind: str | None, own: bool
) -> Iterator[tuple[str, str]]:
    """(word, why it would do nothing) of the ``words`` a map says of the column ``target``.

    ``kind``: text, float, integer, date or flag; None: a column of the user's own without ``as``.
    """
    said = tuple(words)
    for word in said:
        if word in _FREE:
            if word == "as" and not own:
                yield word, f"`as` is for columns of your own; {target} holds {_SAID[str(kind)]}"
        elif "given" in said:
            yield word, f"`{word}` does nothing to what is `given`"
        elif kind is not None and word not in OF_KIND[kind]:
            yield word, f"{target} holds {_SAID[kind]}: `{word}` does nothing to it"


def wrong_mark(text: str, thousands: bool) -> bool:
    """Can a text not be a decimal or thousands mark: not one character, or one that numbers have?"""
    if thousands and text == "":
        return False
    return len(text) != 1 or text.isalnum() or text in "+-%"
