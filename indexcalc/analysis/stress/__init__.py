"""The market on which a rule breaks, searched for, made as small as it can be and written as a case.

In: a rule, what is judged, how long to search.  Out: ``Stress``: what broke and on which market, and
what was tried.

- ``vocabulary``: labels, thresholds and days a rule speaks of, out of which markets are made.
- ``small_markets``: a market as a few blocks of alike lines and what happens to them.
- ``tables``: a sketch as the tables of a market, and as the text of a case.
- ``broken_limits``: what of a run on such a market is a break.
- ``stress``: the search itself.
"""
