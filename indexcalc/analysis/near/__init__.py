"""The smallest change of today's market that flips a member, a cap or the level.

In: a rule and a market.  Out: ``Nearest``: for each name near an edge the smallest change of its price, of
its float factor and of the cut-off that moves it, each judged by the review itself on the moved market.

- ``moved_market``: the market with prices or a float factor changed; a rule with its cut-off moved.
- ``moved_review``: the coming review on such a market, counted, within a time.
- ``smallest``: the smallest of many changes that flips, by halving.
- ``near_members``, ``near_caps``, ``near_level``: what is asked of whom; ``nearest``: all of it.
"""
