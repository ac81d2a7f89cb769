"""Texts and rule places kept once and named by number, so that a ledger row is a row of numbers."""

from __future__ import annotations

from msgspec import Struct, field


class Texts(Struct):
    """Interned texts (details, rule paths); number 0 is the empty text.

    ``lines[i]`` is the line of the rule file where text ``i``, a rule path, begins (0: no path).
    """

    texts: list[str] = field(default_factory=lambda: [""])
    lines: list[int] = field(default_factory=lambda: [0])
    _numbers: dict[str, int] = field(default_factory=lambda: {"": 0})

    def number(self, text: str) -> int:
        """The number of a text."""
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = len(self.texts)
            self.texts.append(text)
            self.lines.append(0)
        return number

    def place(self, path: str, line: int) -> int:
        """The number of a rule path with its line."""
        number = self.number(path)
        self.lines[number] = line
        return number
