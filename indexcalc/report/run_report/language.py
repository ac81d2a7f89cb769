"""The language of a page, and what the page is called in it."""

from __future__ import annotations

from collections.abc import Sequence

from indexcalc.report.run_report.folder import RunFolder
from indexcalc.report.run_report.sweep import Sweep


class Words:
    """Picks the text of a language in the template: ``say('Reviews', '정기변경')``."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, english: str, korean: str) -> str:
        return korean if self.language == "ko" else english

    def title(self, runs: Sequence[RunFolder], sweeps: Sequence[Sweep]) -> str:
        """The names of what the page is about."""
        names = [run.called(self.language) for run in runs]
        caps = self("caps", "비중 상한")
        names += [f"{item.name.get(self.language) or item.index} · {caps}" for item in sweeps]
        return " · ".join(dict.fromkeys(names))
