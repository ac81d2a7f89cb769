"""The segments of one market's daily rows: taken from the sidecar, or decoded and put into it.

Every source is decoded once for the columns asked for together.  What cannot be written (a market
that is read-only, a folder that is a link, a full disk) is kept in memory, and a table in memory has
one segment there.  What does not fit the limit is written, mapped and unlinked: it goes with the
process.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Days, Floats
from indexcalc.market import arrow, store
from indexcalc.market.panel_cache import sidecar
from indexcalc.market.panel_cache.column_file import ColumnWriter, key_of, opened
from indexcalc.market.panel_cache.segment import (
    BASE,
    CLOSE,
    PRESENT,
    SAID,
    Column,
    Encoder,
    Segment,
    sources_of,
    stored_names,
)
from indexcalc.market.panel_cache.sidecar import Sidecar, inside
from indexcalc.market.places.file_safety import identity
from indexcalc.market.places.place import Place, RemotePath
from indexcalc.market.store import daily_index, open_parquet

_TIMES_LARGER = 2


class Source(Struct, frozen=True):
    """One file of ``daily`` (or a table in memory): what to read, and its identity."""

    data: Any
    identity: str
    size: int = 0
    sha256: str = ""

    @property
    def index(self) -> tuple[Days, Sequence[str]]:
        """Its sessions and symbols."""
        if not isinstance(self.data, Path | RemotePath):
            symbols = arrow.sorted_codes(self.data.column("symbol"))[1]
            return np.unique(arrow.days(self.data.column("date"))), tuple(symbols)
        index: tuple[Days, Sequence[str]] = daily_index(open_parquet(self.data), self.data)
        return index


def file_source(path: Place, content_hash: str) -> Source:
    """A stored file; one that was changed in place is another, whatever hash its market says."""
    try:
        size, changed = identity(path)
    except OSError:
        open_parquet(path)  # says what is wrong with it
        raise
    return Source(path, f"{path.name} {content_hash} {size} {changed}", size, content_hash)


def check_sources(sources: Sequence[Source], market: Place | None) -> None:
    """DataError (DAT010): a stored file is not as it was written.

    What the sidecar of ``market`` was made from was looked at then, and is known by its identity.
    """
    stored = [source for source in sources if source.sha256]
    if all(store.as_written(source.data, source.sha256) for source in stored):
        return
    known: set[str] = set()
    if market is not None:
        for segment in Sidecar.of(market, 0).segments():
            known.update(segment.sources)
    for source in stored:
        store.check_content(source.data, source.sha256, source.identity in known)


def segment_key(segment: Segment) -> str:
    """The name of a segment in the sidecar."""
    return key_of(segment.sources)


class Storage:
    """The columns of the daily rows of ``sources``, in order.

    ``names``: the columns there are.  ``table_index``: the sessions and symbols of a table in memory.
    ``market``: the place whose sidecar is used; None: there is none.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        names: Iterable[str],
        market: Place | None = None,
        table_index: tuple[Days, Sequence[str]] | None = None,
    ) -> None:
        self.sources, self.names = tuple(sources), frozenset(names)
        self._table_index = table_index
        self._sidecar: Sidecar | None = None
        if market is not None:
            self._sidecar = Sidecar.of(market, sum(source.size for source in sources))
        self._segments: list[Segment] | None = None
        self._ready: set[tuple[str, ...]] = set()
        self._facts: dict[str, Floats] = {}
        self._renewed: set[str] = set()
        self._lock = threading.RLock()

    def followed_by(self, rows: Source) -> Storage:
        """The columns of these sources, which are decoded once for all, and of more rows after them."""
        longer = Storage((*self.sources, rows), self.names)
        longer._segments = [
            *self.segments(()),
            longer._empty(len(self.sources), len(self.sources) + 1),
        ]
        return longer

    def segments(self, names: Iterable[str], threads: int = 2) -> list[Segment]:
        """The segments in order, with the columns asked for: of all that lack, in one pass."""
        asked = tuple(names)
        if self._segments is not None and asked in self._ready:
            return self._segments
        wanted = [
            name for name in stored_names(asked) if name.startswith("/") or name in self.names
        ]
        with self._lock:
            if self._segments is None:
                self._segments = self._covered()
            segments = self._segments
            lacking: list[tuple[Segment, list[str]]] = []
            for segment in segments:
                open_ = [name for name in wanted if not self._there(segment, name)]
                if open_:
                    lacking.append((segment, open_))
            for segment, open_ in lacking:
                self._ready.clear()  # other columns may go: see ``_pass``
                self._make(segment, open_, threads)
            self._ready.add(asked)
            return segments

    def fact(self, name: str, width: int, make: Callable[[], Floats]) -> Floats:
        """What ``make`` finds in all rows (m, width): session, line, values; kept beside the columns.

        ``name`` says all that it depends on but the rows.
        """
        with self._lock:
            if name not in self._facts:
                stored = None if self._sidecar is None else self._sidecar.fact(self._key, name)
                if stored is not None and self._can_be(stored, width):
                    self._facts[name] = stored
                else:
                    self._facts[name] = make()
                    if self._sidecar is not None:
                        made = self._facts[name]
                        self._sidecar.keep_fact(self._key, name, made, self._in_use())
            return self._facts[name]

    def _can_be(self, fact: Floats, width: int) -> bool:
        """Are the sessions and lines of a fact among those of the rows?"""
        segments = self.segments(())
        sessions = sum(segment.days.size for segment in segments)
        lines = {symbol for segment in segments for symbol in segment.symbols}
        return (
            fact.shape[1:] == (width,)
            and inside(fact[:, 0], sessions)
            and inside(fact[:, 1], len(lines))
        )

    @property
    def _key(self) -> str:
        """The name in the sidecar of what is of all sources."""
        return key_of([source.identity for source in self.sources])

    def _in_use(self) -> list[str]:
        """The names in the sidecar of what there is of these sources."""
        segments = self._segments if self._segments is not None else self._covered()
        return [self._key, *map(segment_key, segments)]

    def renew(self, name: str) -> None:
        """Forget a column found damaged: the next asking makes it anew.

        Where what was made anew is damaged too, the medium is: from then on all is made in memory.
        """
        with self._lock:
            self._ready.clear()
            for segment in self._segments or ():
                segment.columns.pop(name, None)
                if self._sidecar is not None:
                    self._sidecar.forget(segment_key(segment), name)
            if name in self._renewed:
                self._sidecar = None
            self._renewed.add(name)

    @property
    def limit(self) -> tuple[int, int]:
        """(bytes of the sources, bytes the sidecar may take)."""
        size = sum(source.size for source in self.sources)
        return size, self._sidecar.limit if self._sidecar is not None else 0

    def tidy(self) -> int:
        """Remove what lies in the sidecar and is of no use to these sources; the bytes that went."""
        if self._sidecar is None:
            return 0
        with self._lock:
            return sidecar.remove(self._sidecar.market, self._in_use())

    def _there(self, segment: Segment, name: str) -> bool:
        if name not in segment.columns and self._sidecar is not None and segment.bounds:
            column = self._sidecar.column(segment, name)
            if column is not None:
                segment.columns[name] = column
        return name in segment.columns

    # --- which segments ---------------------------------------------------------------------------

    def _covered(self) -> list[Segment]:
        """Segments for all sources: those stored where they fit, empty ones (no bounds) for the rest."""
        identities = [source.identity for source in self.sources]
        stored = self._sidecar.segments() if self._sidecar is not None else []
        stored.sort(key=lambda segment: -len(segment.sources))
        segments: list[Segment] = []
        at = 0
        while at < len(identities):
            for segment in stored:
                stop = at + len(segment.sources)
                if tuple(identities[at:stop]) == segment.sources and self._true(segment, at, stop):
                    segments.append(segment)
                    at = stop
                    break
            else:
                segments.append(self._empty(at, at + 1))
                at += 1
        return self._merged(segments)

    def _true(self, segment: Segment, first: int, stop: int) -> bool:
        """Has a stored segment the sessions and lines that its sources say they have?"""
        parts = [source.index for source in self.sources[first:stop]]
        symbols = {symbol for _, names in parts for symbol in names}
        days = np.concatenate([days for days, _ in parts])
        return segment.symbols == tuple(sorted(symbols)) and np.array_equal(segment.days, days)

    def _merged(self, segments: list[Segment]) -> list[Segment]:
        """Segments yet to be made joined with each other, and with small ones just before them."""
        merged: list[Segment] = []
        for segment in segments:
            while merged and not segment.bounds:
                before = merged[-1]
                if before.bounds and before.days.size > _TIMES_LARGER * segment.days.size:
                    break
                merged.pop()
                segment = self._joined(before, segment)
            merged.append(segment)
        return merged

    def _joined(self, first: Segment, other: Segment) -> Segment:
        symbols = tuple(sorted({*first.symbols, *other.symbols}))
        days = np.concatenate((first.days, other.days))
        return Segment((*first.sources, *other.sources), days, symbols, [])

    def _empty(self, first: int, stop: int) -> Segment:
        days, symbols = self._table_index or self.sources[first].index
        identities = tuple(source.identity for source in self.sources[first:stop])
        return Segment(identities, days, tuple(symbols), [])

    # --- making columns ---------------------------------------------------------------------------

    def _make(self, segment: Segment, lacking: list[str], threads: int) -> None:
        names = list(lacking)
        if BASE in names:
            names = list(dict.fromkeys((*names, CLOSE, SAID)))
        writers: dict[str, ColumnWriter] = {}
        if self._sidecar is not None:
            try:
                writers = self._sidecar.writers(segment_key(segment), lacking)
                self._pass(segment, names, lacking, threads, writers)
                return
            except OSError:
                pass  # it cannot be written: it is kept in memory
            finally:
                for writer in writers.values():
                    writer.drop()
        self._pass(segment, names, lacking, threads, None)

    def _pass(
        self,
        segment: Segment,
        names: list[str],
        lacking: list[str],
        threads: int,
        writers: dict[str, ColumnWriter] | None,
    ) -> None:
        """Decode the sources of a segment once; its new columns go to files, or stay in memory."""
        from indexcalc.market.panel_cache import decode

        wanted = set(segment.sources)
        sources = [source for source in self.sources if source.identity in wanted]
        check_sources(sources, None)
        data = [source.data for source in sources]
        order = {symbol: column for column, symbol in enumerate(segment.symbols)}
        encoder = Encoder(segment.n, names)
        columns = {name: Column(name, []) for name in lacking}
        labels: dict[str, list[str]] = {}
        days: list[Days] = []
        for some in decode.sessions(data, sources_of(names, self.names), order, labels, threads):
            days.append(some.days)
            for name, chunk in encoder.encode(some).items():
                if name not in columns:
                    continue
                if writers is None:
                    columns[name].chunks.append(chunk)
                else:
                    writers[name].add(chunk)
        bounds = [0, *np.cumsum([part.size for part in days]).tolist()]
        check_sources(sources, None)  # nobody has changed them meanwhile
        decode.check_days(np.concatenate([segment.days[:0], *days]), segment.days, data)
        for name, label_values in labels.items():
            if name in columns:
                columns[name].labels.extend(label_values)
        if writers is not None:
            said = {
                "sources": list(segment.sources),
                "days": segment.days.tolist(),
                "symbols": list(segment.symbols),
                "bounds": bounds,
            }
            for name, writer in writers.items():
                writer.said = said if name == PRESENT else {"labels": columns[name].labels}
            columns = self._kept(segment, writers)
        if segment.bounds != bounds:
            segment.columns.clear()  # what was cut otherwise does not go with it
        segment.bounds = bounds
        segment.columns.update(columns)

    def _kept(self, segment: Segment, writers: dict[str, ColumnWriter]) -> dict[str, Column]:
        """The columns of files just written, mapped."""
        assert self._sidecar is not None
        paths = self._sidecar.keep(writers, [*self._in_use(), segment_key(segment)])
        columns: dict[str, Column] = {}
        for name, path in paths.items():
            column = opened(path, segment_key(segment), name)
            if path.name.endswith(".part"):
                with contextlib.suppress(OSError):
                    path.unlink()
            if column is None:
                raise OSError(f"{path} cannot be read back")
            columns[name] = column[0]
        return columns
