"""What trackers of an index trade at its reviews: how much, why, and how hard that is.

In: runs with their daily composition, and the assets that follow them.  Out: tables of trades.

``baskets`` (what an index holds before and after a session), ``holdings`` (what a session's events make
of a holding), ``list_turns`` (both, of an index whose list changes), ``trades`` (the arithmetic of one
session), ``volumes`` (what a line usually trades), ``spread_over_sessions`` (trading over some of them),
``assets`` (how much follows an index), ``flows`` (the whole study), ``coming`` (the next review, on paper).
"""
