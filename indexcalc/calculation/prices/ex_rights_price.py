"""The theoretical ex-rights price, and rights that are out of the money (design section 8)."""

from __future__ import annotations


def ex_rights_price(last: float, issue_price: float, ratio: float) -> float:
    """``(last + ratio * issue_price) / (1 + ratio)``, currency per share; ``ratio``: new shares for one.

    Rights at or above the last price are out of the money: nobody subscribes, and the price stays.
    """
    if issue_price >= last:
        return last
    return (last + ratio * issue_price) / (1.0 + ratio)
