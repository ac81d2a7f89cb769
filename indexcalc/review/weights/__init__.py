"""What members weigh at a review: the scheme's weights, then the caps.

In: the members of a review, with prices and share counts from the scan of the daily rows.  Out: weights
and capping factors, and the ledger rows of the caps.

- ``caps_in_force``: which caps, floor and checks hold on a date.
- ``groups``: issuers, sectors and the like that caps and schemes count as one.
- ``given_factors``: weight factors given in the market; ``price_factors``: those that scale a price.
- ``measured_windows``: the windows that measured caps look at.
- ``review_weights``: the weights of one review, uncapped and under any caps.
- ``cap_decisions``: the ledger rows of step ``cap``.
"""
