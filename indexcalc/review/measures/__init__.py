"""The measures of a rule at its reviews: means, sums, medians and the like over windows of sessions.

In: daily rows of the market and the windows that a rule's measures name.  Out: a value for each line,
measure and review, with how many sessions entered it.

- ``line_events``: listings, mergers and demergers from which a window may begin.
- ``adjusted_closes``: closes made comparable across splits and rights.
- ``series``: the daily series that measures are made from.
- ``one_window``: one window while sessions enter it.
- ``windows``: the values of all windows, from one pass over the daily rows.
- ``measured_windows``: from a measure to its windows, and from windows to its value.
- ``window_end``: where a window ends that should end after the data.
- ``at_reviews``: all measures of a rule at all of its reviews.
"""
