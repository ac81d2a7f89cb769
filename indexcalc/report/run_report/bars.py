"""Bars of a report: calendar years up and down from zero, weights from zero, as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from indexcalc.report.run_report.line_charts import SIZES
from indexcalc.report.run_report.numbers import PER_CENT, percent, signed
from indexcalc.report.scales import margin, numbers

_LEFT, _TOP, _BOTTOM = 46.0, 18.0, 24.0


def year_bars(
    labels: Sequence[str], gains: Sequence[float], whole: Sequence[bool], description: str
) -> str:
    """A bar a year, its return written at its end, paler where the year is not ``whole``; drawn for a
    wide page and for a phone."""
    bars = list(zip(labels, gains, whole, strict=True))
    return "".join(_year_bars(bars, description, *size) for size in SIZES)


def _year_bars(
    bars: Sequence[tuple[str, float, bool]],
    description: str,
    name: str,
    width: float,
    height: float,
) -> str:
    gains = [gain for _, gain, _ in bars]
    y = numbers(
        [100 * gain for gain in gains] + [0.0], height - _BOTTOM - 8, _TOP + 8, 4, zero=True
    )
    ticks = [(y.at(value), value, f"{signed(text)} %") for value, text in y.ticks]
    left = margin((text for *_, text in ticks), _LEFT)
    slot = (width - left - 8) / max(len(bars), 1)
    bar = min(34.0, slot * 0.62)
    parts = []
    for at, value, text in ticks:
        zero = " zero" if value == 0 else ""
        parts.append(
            f'<line class="grid{zero}" x1="{left:.1f}" x2="{width - 8:.1f}" y1="{at:.1f}" y2="{at:.1f}"/>'
        )
        parts.append(_text("tick", left - 6, at + 4, text, "end"))
    every = max(1, round(len(bars) * 34 / max(width - left, 1)))
    for number, (label, gain, whole) in enumerate(bars):
        middle = left + slot * (number + 0.5)
        top, bottom = sorted((y.at(100 * gain), y.at(0.0)))
        kind = ("up" if gain >= 0 else "down") + ("" if whole else " part")
        parts.append(
            f'<rect class="bar {kind}" x="{middle - bar / 2:.1f}" y="{top:.1f}" width="{bar:.1f}" '
            f'height="{max(bottom - top, 0.5):.1f}"><title>{escape(label)}: {percent(gain)}</title></rect>'
        )
        if slot >= 40:
            at = top - 5 if gain >= 0 else bottom + 13
            parts.append(
                _text("value", middle, at, percent(gain, 1, plus=True).removesuffix(PER_CENT))
            )
        if number % every == 0:
            short = label if slot >= 34 or every > 1 else label[-2:]
            parts.append(_text("tick", middle, height - 6, short))
    return (
        f'<svg class="{name}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f"aria-label={quoteattr(description)}>{''.join(parts)}</svg>"
    )


def _text(kind: str, x: float, y: float, text: str, anchor: str = "middle") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
    )
