"""The measures of a rule at its reviews: which windows they need, one scan, and their values.

Those that weights need (``weighting.by``, the windows of measured caps) are read in the same scan.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace

from indexcalc.arrays import Days, Floats, Ints
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.market.exchange_rates import line_currencies
from indexcalc.market.market import Market
from indexcalc.methodology.dates.schedules import ReviewDates, resolve_in_review, window
from indexcalc.methodology.model.conditions import Compare, Field, Test
from indexcalc.methodology.model.in_force import cap_measures, cap_windows
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.universe_and_measures import Measure
from indexcalc.methodology.reading.block import walk
from indexcalc.methodology.values.date_phrases import DatePhrase, KnownDay
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.values import ByStatus, Duration, MeasureAtRank, Special
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.conditions.judged_lines import MeasureValues, RuleNotKnown, known_from
from indexcalc.review.data.currency import Rates
from indexcalc.review.data.fields import Fields, window_start
from indexcalc.review.data.float_factors import FloatFactors
from indexcalc.review.measures.line_events import LineEvents
from indexcalc.review.measures.measured_windows import RequestedWindows, asked, value_of
from indexcalc.review.measures.one_window import WindowValues
from indexcalc.review.measures.series import Window
from indexcalc.review.measures.window_end import data_end, known_end
from indexcalc.review.measures.windows import OpenWindows, scan


class ReviewMeasures:
    """Values of the measures that conditions, ``by`` and ties of a rule use, at each review."""

    def __init__(
        self,
        rule: Methodology,
        market: Market,
        sessions: Sessions,
        fields: Fields,
        floats: FloatFactors,
    ) -> None:
        self.rule, self.market, self.sessions = rule, market, sessions
        self.fields, self.floats = fields, floats
        reviewed = _used(rule, (rule.universe, rule.eligibility, rule.selection))
        between = _used(rule, (rule.universe, rule.maintenance))
        if rule.maintenance.fast_exit is not None:
            between |= reviewed
        self.used = tuple(name for name in rule.measures if name in reviewed)
        self.used_between = tuple(name for name in rule.measures if name in between)
        self.uses_issuers = _uses_issuers(rule)
        self._asked: dict[tuple[int, str], RequestedWindows] = {}
        self._unknown: dict[tuple[int, str], RuleNotKnown] = {}
        self._found: dict[Window, WindowValues] = {}
        self._meant: dict[tuple[int, str], tuple[Duration, dt.date]] = {}
        self._read: dict[int, set[str]] = {}
        self._events = market.memo("events of lines", lambda: LineEvents(market))
        self.supposed: Mapping[str, MeasureValues] | None = None
        """Values to use instead of those found: for ``what_if``."""

    def scan(self, events: Sequence[Event], weighing: Sequence[Event] = ()) -> None:
        """Read what all measures of all ``events`` need in one pass over the data.

        ``weighing``: the events at which weights are set, and need measures of their own.
        """
        for event in weighing:
            for name in self._of_weights(event):
                self._note(name, event)
        for event in events:
            for name in self._names(event):
                self._note(name, event, read=self._reads(event, name))
        windows = [
            window
            for item in self._asked.values()
            for window in item.windows
            if not self._of_securities(window.series)
        ]
        self._found = scan(
            self.market,
            windows,
            self._float_at,
            self._rates(),
            late_float=self.floats.late,
            begins=self._begins,
            floats=self.floats.key,
        )

    def _note(self, name: str, event: Event, read: bool = True) -> None:
        """Ask for a measure, or the window of a cap, at an event; of one not ``read`` the terms alone."""
        try:
            item = self._ask(name, event)
        except RuleNotKnown as unknown:
            self._unknown[_key(event, name)] = unknown
            return
        if item is not None and read:
            self._asked[_key(event, name)] = item

    def open_windows(self, event: Event, known: Market) -> OpenWindows:
        """The windows of a review's measures with the sessions of ``known``, a market that ends earlier."""
        windows = [
            window
            for name in self._names(event)
            if _key(event, name) in self._asked
            for window in self._asked[_key(event, name)].windows
            if not self._of_securities(window.series)
        ]
        factors: dict[tuple[int, int], Floats] = {}

        def float_at(day: int, known_by: int, shares: Floats) -> Floats:
            # Listed shares are not supposed to change: one look-up a day is enough.
            if (day, known_by) not in factors:
                factors[day, known_by] = self._float_at(day, known_by, shares)
            return factors[day, known_by]

        return OpenWindows(known, windows, float_at, self._rates(), self.floats.late, self._begins)

    def at(
        self,
        event: Event,
        issuers: Ints,
        found: Mapping[Window, WindowValues] | None = None,
    ) -> Mapping[str, MeasureValues]:
        """All measures at one review; ``found``: with other values of their windows.

        RuleNotKnown where one says ``unknown`` on the date."""
        if self.supposed is not None and found is None:
            return self.supposed
        by_name: dict[str, MeasureValues] = {}
        date = event.date
        for name in self._names(event):
            key = _key(event, name)
            if key in self._unknown:
                raise self._unknown[key]
            item = self._asked.get(key)
            if item is None:
                continue
            per_issuer = item.measure.per.at(date) == "issuer"
            values, count = self._value(item, issuers if per_issuer else None, found)
            if event.parts and _ends_at_halt(item.measure, date):
                values = _of_the_parts(values, event.parts)
            seen, expected = self._observed(item)
            note = f", {seen} of {expected} sessions observed" if seen < expected else ""
            lowest = item.measure.best.at(date) == "lowest"
            by_name[name] = MeasureValues(values, lowest, per_issuer, count, expected, note)
        return by_name

    def of_weights(self, effective: int, name: str, issuers: Ints) -> Floats | None:
        """What weights need at a review, for all lines: a measure by its name, or the window of a
        measured cap by the cap's path, of all caps by ``weighting`` (float market caps without their
        float factor).

        None: nothing was asked for.  RuleNotKnown: the rule does not know its terms on the date.
        """
        if (effective, name) in self._unknown:
            raise self._unknown[effective, name]
        item = self._asked.get((effective, name))
        if item is None:
            return None
        per_issuer = item.measure.per.at(date_of(effective)) == "issuer"
        return self._value(item, issuers if per_issuer else None)[0]

    def window_of(self, effective: int, cap_path: str) -> tuple[int, int] | None:
        """The first and last day of a measured cap's window at a review; None: it has none."""
        item = self._asked.get((effective, cap_path))
        return None if item is None else (item.first_day, item.last_day)

    def _of_weights(self, event: Event) -> Iterator[str]:
        """The measures, by name, and measured caps, by path, that weights set at an event need."""
        weighting = self.rule.weighting
        by = None if weighting.by is None else weighting.by.at(event.date)
        if isinstance(by, str) and by in self.rule.measures:
            yield by
        yield from dict.fromkeys(cap_measures(weighting, event.date, event.month[1]).values())
        for path, measured in cap_windows(weighting, event.date, event.month[1]).items():
            if isinstance(measured.at(event.date), Measure):
                yield path

    def tie(self, name: str, event: Event) -> Floats:
        """A measure as a tie-breaker: the best is the largest."""
        item = self._asked.get(_key(event, name))
        if item is None:
            return np.full(len(self.market.symbols), np.nan)
        values = self._value(item, None)[0]
        return -values if item.measure.best.at(event.date) == "lowest" else values

    def observed(self, event: Event) -> Mapping[str, tuple[int, int]]:
        """(sessions with data, sessions of the window) of each measure at a review."""
        return {
            name: self._observed(self._asked[_key(event, name)])
            for name in self.used
            if _key(event, name) in self._asked
        }

    def meant(self, name: str, effective: int) -> tuple[Duration, dt.date] | None:
        """(length, last day) of a measure's window at a regular review as the rule says it, whether or
        not the data reach it; None: nothing was asked for."""
        return self._meant.get((effective, name))

    def _names(self, event: Event) -> tuple[str, ...]:
        """The measures an event needs."""
        return self.used_between if event.is_test else self.used

    def _reads(self, event: Event, name: str) -> bool:
        """Does anything read a measure that an event needs?  Of a test only one condition does."""
        condition = event.condition
        if condition is None:
            return True
        if id(condition) not in self._read:
            self._read[id(condition)] = _used(self.rule, (condition, self.rule.universe))
        return name in self._read[id(condition)]

    def _observed(self, item: RequestedWindows) -> tuple[int, int]:
        ours = item.windows[:: len(item.measure.columns)]
        observed = [self._found[window].observed for window in ours if window in self._found]
        return (sum(observed) if observed else item.expected, item.expected)

    def _begins(self, window: Window) -> Days:
        return self._events.begins(window.since, window.first_day, window.last_day)

    def _value(
        self,
        item: RequestedWindows,
        issuers: Ints | None,
        found: Mapping[Window, WindowValues] | None = None,
    ) -> tuple[Floats, Ints]:
        if item.windows and self._of_securities(item.windows[0].series):
            column = self.fields.on_day(item.windows[0].series, item.last_day)
            values = np.where(column.missing, np.nan, column.values.astype(np.float64))
            if column.kind == "text":
                values = np.full(values.size, np.nan)
            return values, np.ones(values.size, dtype=np.int64)
        return value_of(item, self._found if found is None else found, self.market, issuers)

    def _ask(self, name: str, event: Event) -> RequestedWindows | None:
        if name in self.rule.measures:
            dated: Dated[Measure] = self.rule.measures[name]
            path = f"measures.{name}"
        else:
            windows_of_caps = cap_windows(self.rule.weighting, event.date, event.month[1])
            dated, path = windows_of_caps[name], f"{name}.measured"
        measure = dated.at(event.date)
        if measure is Special.UNKNOWN:
            raise RuleNotKnown(path, event.date, known_from(dated, event.date))
        if isinstance(measure, Special):
            return None
        over = _said(measure.over, f"{path}.over", event.date)
        if over is None:
            return None
        to = date_of(event.cutoff)
        phrase = None if measure.to is None else _said(measure.to, f"{path}.to", event.date)
        if phrase is not None:
            if _at_halt(phrase) and event.halt is None:
                return None
            halt = {} if event.halt is None else {"halt": date_of(event.halt)}
            resolved = resolve_in_review(phrase, _dates(event), self.rule, self.sessions, halt)
            if resolved is None:
                return None
            to = resolved
        self._meant[_key(event, name)] = (over, to)
        currency = self.rule.currency
        if measure.in_ is not None:
            currency = _said(measure.in_, f"{path}.in", event.date) or currency
        if self.market.days.size:
            to = known_end(over, self.sessions, to, data_end(self.market, to))
        first, stop = window(over, self.sessions, to)
        start = int(self.sessions.days[first]) if first < stop else 0
        if over.unit != "sessions":
            start = window_start(over, to)
        windows_asked = asked(
            measure,
            (first, stop),
            start=start,
            sessions=self.sessions,
            market=self.market,
            currency=currency,
            effective=event.date,
        )
        if name not in self.rule.measures:
            # One float factor, that of the effective date, counts throughout the window of a cap.
            plain = {"float_market_cap": "market_cap", "float_turnover_ratio": "turnover_ratio"}
            windows = [
                replace(item, series=plain.get(item.series, item.series))
                for item in windows_asked.windows
            ]
            windows_asked = replace(windows_asked, windows=tuple(windows))
        return windows_asked

    def _of_securities(self, series: str) -> bool:
        """A column of ``securities`` has one value: its last known."""
        return series not in self.market.columns("daily") and series in self.market.columns(
            "securities"
        )

    def _float_at(self, day: int, known_by: int, shares: Floats) -> Floats:
        factors = self.floats.on_day(day, known_by, shares)
        if not self.fields.assumptions.given:
            return factors
        codes = np.arange(factors.size, dtype=np.int32)
        return self.floats.assumed(factors, codes, np.ones(factors.size, dtype=np.bool_))

    def _rates(self) -> Rates:
        home = self.rule.currency
        return Rates(self.market, line_currencies(self.market, home), home)


def _key(event: Event, name: str) -> tuple[int, str]:
    """What a measure at an event is kept under: several tests may be effective on one day."""
    if not event.is_test:
        return event.effective, name
    halt = "" if event.halt is None else f", halted on {event.halt}"
    return event.effective, f"{name} on {event.cutoff}{halt}"


def _at_halt(phrase: DatePhrase) -> bool:
    return isinstance(phrase.anchor, KnownDay) and phrase.anchor.name == "halt"


def _ends_at_halt(measure: Measure, date: dt.date) -> bool:
    phrase = value_on(measure.to, date)
    return isinstance(phrase, DatePhrase) and _at_halt(phrase)


def _of_the_parts(values: Floats, parts: Mapping[int, tuple[int, float]]) -> Floats:
    """Values (n,) before the halt of a demerger: of each part, its part of the undivided company's."""
    values_of_parts = values.copy()
    for code, (whole, part) in parts.items():
        values_of_parts[code] = values[whole] * part
    return values_of_parts


def _dates(event: Event) -> ReviewDates:
    """The days of an event; a list given from outside, or a parent's, has no schedule."""
    if event.dates is not None:
        return event.dates
    announced = None if event.announcement is None else date_of(event.announcement)
    cutoff, pricing = date_of(event.cutoff), date_of(event.pricing)
    return ReviewDates(event.date, cutoff, announced, pricing, event.month)


def _said(dated: Dated[Any], path: str, date: dt.date) -> Any:
    value = dated.at(date)
    if value is Special.UNKNOWN:
        raise RuleNotKnown(path, date, known_from(dated, date))
    return None if isinstance(value, Special) else value


def names_in(places: Sequence[Any]) -> set[str]:
    """Names of fields and measures that parts of a rule read: in conditions, ``by``, measures at a rank."""
    names: set[str] = set()
    for place in places:
        for node in walk(place):
            if isinstance(node, Field):
                names.add(node.name)
            elif isinstance(node, Compare):
                for both in node.value.values:
                    if isinstance(both, ByStatus):
                        for value in (both.existing, both.new):
                            if isinstance(value, MeasureAtRank):
                                names.add(value.measure)
            by = getattr(node, "by", None)
            if isinstance(by, Dated):
                names.update(by.values)
    return names


def _used(rule: Methodology, places: Sequence[Any]) -> set[str]:
    """Names of measures that parts of a rule need, and its ties and weights."""
    names = names_in(places)
    if rule.selection is not None:
        names.update(name for value in rule.selection.ties.values for name in value)
    if rule.weighting.by is not None:
        names.update(rule.weighting.by.values)
    return names


def _uses_issuers(rule: Methodology) -> bool:
    for node in walk((rule.universe, rule.eligibility, rule.selection)):
        within = getattr(node, "within", None)
        if isinstance(within, Dated) and "issuer" in within.values:
            return True
        if isinstance(node, Test):
            continue
        unit = getattr(node, "unit", None)
        if isinstance(unit, Dated) and "issuer" in unit.values:
            return True
    return any(
        "issuer" in measure.per.values
        for dated in rule.measures.values()
        for measure in dated.values
    )
