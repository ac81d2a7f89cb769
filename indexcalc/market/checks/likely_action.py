"""The corporate action that a move of price and listed shares looks like."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

WHOLE = 0.08  # how far a price may drift on the day of a share action and still show its ratio
SHARE_STEP = 0.10  # a step of listed shares that asks for an explanation
LIMIT_WITHOUT_ONE = 0.30  # what counts as large where the market says no daily limit


class LikelyAction(Struct, frozen=True):
    """``type``, ``ratio`` and ``price`` as in ``corporate_actions`` ('' and None: not to be guessed)."""

    words: str
    type: str = ""
    ratio: float | None = None
    price: float | None = None


def opposes(price_ratio: float, share_step: float) -> bool:
    """Did shares step by a tenth or more, and the price undo at least half of the step?"""
    if not share_step > 0 or abs(np.log(share_step)) < np.log1p(SHARE_STEP):
        return False
    return bool(-np.log(price_ratio) / np.log(share_step) >= 0.5)


def likely_action(price_ratio: float, share_step: float, last: float) -> LikelyAction:
    """What a move looks like, as a question to who knows the market.

    ``price_ratio``: close over the price before (``last``); ``share_step``: shares after for one.
    """
    if not (share_step > 0 and price_ratio > 0):
        return LikelyAction("a corporate action")
    if abs(np.log(share_step)) >= np.log1p(SHARE_STEP) and price_ratio != 1.0:
        if abs(np.log(price_ratio * share_step)) <= np.log1p(LIMIT_WITHOUT_ONE):
            return _scaled(share_step, "")
        if share_step > 1 and price_ratio < 1:
            return issue(price_ratio, share_step, last, free=0.0)
        return LikelyAction("a merger, an issue in kind or a capital reduction")
    times = 1 / price_ratio if price_ratio < 1 else price_ratio
    whole = round(times) >= 2 and abs(times / round(times) - 1) <= WHOLE
    if whole and price_ratio < 1:
        return _scaled(float(round(times)), " whose shares list later")
    if whole:
        return _scaled(1.0 / round(times), " whose new count is not in the data yet")
    if price_ratio < 1:
        return LikelyAction("a spin-off, a special dividend or a rights issue")
    return LikelyAction("a base price after a halt, or a consolidation")


def issue(price_ratio: float, share_step: float, last: float, free: float = 0.05) -> LikelyAction:
    """New shares: a rights issue at the price that the ex-price says, or none to be paid.

    ``free``: what is paid, as a share of the price before, up to which it is taken for nothing.  A fall
    far beyond that of new shares for nothing is not explained by them.
    """
    new = share_step - 1
    if price_ratio * share_step < 1 / (1 + LIMIT_WITHOUT_ONE):
        return LikelyAction(f"{new:.3g} new shares for one and a spin-off or special dividend")
    paid = last * (price_ratio * share_step - 1) / new
    if paid > free * last:
        words = f"a rights issue of {new:.3g} for one at about {paid:.4g}"
        return LikelyAction(words, "rights", new, paid)
    return LikelyAction(f"a bonus or stock dividend of {new:.3g} for one", "bonus", share_step)


def _scaled(step: float, more: str) -> LikelyAction:
    times = step if step > 1 else 1 / step
    near = abs(times / round(times) - 1) < 0.02
    shown = f"{round(times)}" if near else f"{times:.4g}"
    if step > 1:
        return LikelyAction(f"a {shown}-for-1 split or bonus{more}", "split", step)
    words = f"a 1-for-{shown} consolidation or capital reduction{more}"
    return LikelyAction(words, "consolidation", step)
