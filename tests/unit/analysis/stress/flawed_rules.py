"""Ten rules with a flaw each, named before anything was run; and the kind of break it must come out as."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexcalc.analysis.stress.broken_limits import Bounds

_HEAD = """
index: flawed
currency: KRW
calendar: XKRX
base: {date: 2024-01-02, level: 1000}
universe: {}
review: {months: [3, 9], effective: session after 2nd thursday, cutoff: last session 1 month before}
measures: {size: {last: market_cap}, liquidity: {last: traded_value}}
"""


@dataclass(frozen=True)
class Flawed:
    """A rule, its flaw in words, the break that shows it and the bounds that are set."""

    flaw: str
    kind: str
    body: str
    bounds: Bounds = field(default_factory=Bounds)
    lines: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """The whole rule."""
        return _HEAD + self.body


FLAWED = {
    "quota": Flawed(
        "two places a sector, and no step that fills what small sectors leave open",
        "count",
        """
selection:
  count: 10
  within: sector
  steps: [{select: {size: {rank: 2}}}]
weighting: {scheme: market_cap}
""",
    ),
    "float-screen": Flawed(
        "a float screen before the fill: too few may pass",
        "count",
        """
eligibility: {float_factor: {min: 20%}}
selection: {count: 10, steps: [{fill: {to: 10, by: size}}]}
weighting: {scheme: float_market_cap}
""",
    ),
    "buffer-only": Flawed(
        "existing names stay, new ones come by rank alone: nothing trims what is too many",
        "count",
        """
selection: {count: 10, steps: [{select: {size: {rank: {existing: 15, new: 10}}}}]}
weighting: {scheme: market_cap}
""",
    ),
    "cap-and-coverage": Flawed(
        "a cap of 10 % on whoever makes 80 % of the market: they may be fewer than ten",
        "cap",
        """
selection: {steps: [{select: {size: {coverage: 80%}}}]}
weighting: {scheme: market_cap, caps: [{per: security, limit: 10%}]}
""",
    ),
    "cap-a-sector": Flawed(
        "a cap of 20 % a sector: there may be fewer than five sectors",
        "cap",
        """
selection: {count: 10, steps: [{fill: {to: 10, by: size}}]}
weighting: {scheme: market_cap, caps: [{per: sector, limit: 20%}]}
""",
    ),
    "floor": Flawed(
        "a floor of 2 % on all that are liquid: they may be more than fifty",
        "cap",
        """
eligibility: {liquidity: {min: 100000000}}
selection: {steps: [{select: all}]}
weighting: {scheme: market_cap, floor: 2%}
""",
        lines=(20, 80),
    ),
    "liquid-only": Flawed(
        "a screen on traded value without a way back: nobody may pass",
        "members",
        """
eligibility: {liquidity: {above: 5000000000}}
selection: {steps: [{fill: {to: 5, by: size}}]}
weighting: {scheme: market_cap}
""",
    ),
    "check-apart": Flawed(
        "15 % a line is capped, but the 30 % a sector that the mandate allows is only checked",
        "limit",
        """
selection: {count: 10, steps: [{fill: {to: 10, by: size}}]}
weighting: {scheme: market_cap, caps: [{per: security, limit: 15%}], check: [{per: sector, limit: 30%}]}
""",
    ),
    "no-buffer": Flawed(
        "ten of one size class by rank without a buffer: all may change places",
        "turnover",
        """
selection: {count: 10, steps: [{fill: {to: 10, by: size}}]}
weighting: {scheme: equal}
""",
        Bounds(turnover=0.8),
    ),
    "price-weights": Flawed(
        "price weights without a cap: one expensive line is the index",
        "move",
        """
selection: {count: 10, steps: [{fill: {to: 10, by: size}}]}
weighting: {scheme: price}
""",
        Bounds(move=0.6),
    ),
}
