"""What the reviews of an index have to report: those not made, refused, short of names or factors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats
from indexcalc.diagnostics import Findings, quantity
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.conditions.judged_lines import ReviewState, RuleNotKnown


class ReviewFindings(Struct, frozen=True):
    """Findings of the reviews of one rule, each at its place in the rule; ``symbols``: of the lines."""

    rule: Methodology
    symbols: tuple[str, ...]
    findings: Findings

    def before_the_data(self, dates: Sequence[dt.date]) -> None:
        """Reviews, by effective date, whose cut-off is before the first row: one finding for all."""
        if not dates:
            return
        which = f"the review of {dates[0]} is"
        if len(dates) > 1:
            which = f"{len(dates)} reviews, of {dates[0]} to {dates[-1]}, are"
        self.findings.add(
            "REV002",
            f"{which} not made: the data begin after the cut-off",
            span=self.rule.span_of("review"),
            where="review",
            path=self.rule.path,
            on=dates[-1],
        )

    def lists_not_taken(self, days: tuple[int, ...]) -> None:
        """Lists of ``memberships`` after the one that starts the history: the index selects."""
        if not days:
            return
        shown = ", ".join(str(date_of(day)) for day in days[:3])
        more = f" and {len(days) - 3} more" if len(days) > 3 else ""
        self.findings.add(
            "REV006",
            f"`memberships` has lists of {self.rule.index} from {shown}{more}, which are not taken: "
            "it selects its members itself",
            span=self.rule.span_of("selection"),
            where="selection",
            path=self.rule.path,
            hint="compare them with the run, or say `selection: given`",
        )

    def factors_not_known_yet(self, event: Event, codes: Codes) -> None:
        """Factors effective with the review that do not say since when they were known."""
        if codes.size == 0 or self.rule.weighting.scheme.at(event.date) != "float_market_cap":
            return
        first = ", ".join(self.symbols[int(code)] for code in codes[:5])
        more = f" and {codes.size - 5} more" if codes.size > 5 else ""
        whose = (
            "the float factor of 1 line"
            if codes.size == 1
            else f"the float factors of {codes.size} lines"
        )
        self.findings.add(
            "REV005",
            f"{whose} ({first}{more}) begin{'s' if codes.size == 1 else ''} after the pricing day of the "
            f"review of {event.date} without a known_at: what held before is used",
            where="float",
            path=self.rule.path,
            on=event.date,
            hint="give these rows of `float_factors` a `known_at`, the day they were announced, if it is "
            "on or before the pricing day",
        )

    def refused(self, event: Event, unknown: RuleNotKnown) -> None:
        """A review whose terms the rule does not know."""
        known = unknown.known_from
        self.findings.add(
            "REV001",
            f"the review of {event.date} is refused: `{unknown.path}` is not known on that date",
            span=self.rule.span_of(unknown.path),
            where=unknown.path,
            path=self.rule.path,
            on=event.date,
            hint=f"begin with --from {known}" if known else "say what held on that date",
        )

    def count(self, event: Event, state: ReviewState, members: Bools) -> None:
        """A list without anybody, or with other than the target's names."""
        rows = np.flatnonzero(members)
        names = np.unique(state.issuers[rows]).size if state.by_issuer else rows.size
        if rows.size == 0:
            self.findings.add(
                "REV004",
                f"no security was selected at the review of {event.date}",
                span=self.rule.span_of("selection") or self.rule.span_of("universe"),
                where="selection" if self.rule.selection is not None else "universe",
                path=self.rule.path,
                on=event.date,
                hint="look at decisions.parquet for what each name failed",
            )
        elif state.count and names != state.count:
            self.findings.add(
                "REV003",
                f"{quantity(names, 'name')} after the review of {event.date}; the target is {state.count}",
                span=self.rule.span_of("selection.count"),
                where="selection.count",
                path=self.rule.path,
                on=event.date,
            )

    def factors_missing(self, event: Event, factors: Floats, codes: Codes) -> None:
        """Members without a float factor, where the weights need one."""
        scheme = self.rule.weighting.scheme.at(event.date)
        missing = codes[np.isnan(factors[codes])]
        if scheme != "float_market_cap" or not missing.size:
            return
        named = ", ".join(self.symbols[int(code)] for code in missing[:5])
        more = f" and {missing.size - 5} more" if missing.size > 5 else ""
        members = quantity(missing.size, "member")
        self.findings.add(
            "DAT011",
            f"float_factor is not known of {members} on {event.date}: {named}{more}",
            span=self.rule.span_of("weighting.scheme"),
            where="weighting.scheme",
            path=self.rule.path,
            on=event.date,
            hint="give `float_factors` or `holdings`, or say --assume float_factor=1",
        )
