"""Conditions judged for many lines at once: who passes, who cannot be judged, which test decided.

In: a condition of the rule and the lines it is judged for, each on its day.  Out: a ``Verdict``; values
that are not known are noted, not guessed.

- ``judged_lines``: the lines, the sets of a review, the results of earlier reviews.
- ``outcome``: the outcome of one test, and how outcomes are combined.
- ``ranking``: ranks, shares and cumulative shares with ties broken exactly.
- ``ranks_and_buffers``: ``rank`` (with its buffers), ``coverage`` and ``share``.
- ``thresholds``: values against a number, a label or a list.
- ``groups``: tests of the group a name is in.
- ``evaluate``: a condition with all its tests, on the date of each line.
- ``state_conditions``: which conditions ask for the state of a line alone.
- ``unknowns``: the findings about values that are not known.
"""
