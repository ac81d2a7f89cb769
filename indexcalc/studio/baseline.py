"""What a page compares its rule with: the saved text, the text as opened, or another rule."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indexcalc.diagnostics import IndexcalcError
from indexcalc.studio.folders import Folders, RuleFile
from indexcalc.studio.session import OPENED, Session
from indexcalc.studio.work.market_process import Job
from indexcalc.studio.work.studies import Quick
from indexcalc.studio.work.workers import Workers


@dataclass(eq=False)
class Baseline:
    """The baseline of one page, as its session names it.  ``result`` None: not computed yet, or, where
    ``refused``, not to be computed on this market; ``show`` is called when that changes."""

    workers: Workers
    folders: Folders
    session: Session
    show: Callable[[], None]
    result: Quick | None = None
    refused: bool = False
    _of: tuple[str, Path] | None = None
    _task: asyncio.Task[None] | None = None

    @property
    def settled(self) -> bool:
        """Is it known what it makes of the market, or that it cannot?"""
        return self.result is not None or self.refused

    def text(self, file: RuleFile) -> tuple[str, Path]:
        """Its text and path, for a page on ``file``."""
        session = self.session
        if session.baseline not in ("", OPENED):
            try:
                other, text = self.folders.open(session.baseline)
                return text, other.path
            except IndexcalcError:  # it is gone since it was chosen
                session.baseline = ""
        return session.original if session.baseline else session.saved, file.path

    def take(self, text: str, file: RuleFile, result: Quick | None) -> None:
        """What was computed for the page itself is not computed again where it is the baseline."""
        if result is not None and (of := self.text(file)) == (text, file.path):
            self.result, self.refused, self._of = result, False, of

    def follow(self, file: RuleFile) -> None:
        """Compute it where it is another one than before."""
        wanted = self.text(file)
        if wanted != self._of:
            self.close()
            self.result, self.refused, self._of = None, False, wanted
            self._task = asyncio.create_task(self._compute(*wanted))

    def close(self) -> None:
        """Its work is wanted no more."""
        if self._task is not None:
            self._task.cancel()

    async def _compute(self, text: str, path: Path) -> None:
        worker = await self.workers.compute(Job(text, path, ("quick",)))
        try:
            async for found in worker.results():
                if self._of == (text, path):
                    self.result = found if isinstance(found, Quick) else None
                    self.refused = self.result is None
                    self.show()
        finally:
            worker.close()
