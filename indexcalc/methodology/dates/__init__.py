"""Date phrases and schedules made into sessions of a calendar.

In: phrases and schedules of a rule, and the sessions of a market.  Out: the days of each review.

- `weekdays_and_anchors`: one phrase: the second Thursday, the last session of a month, a named day.
- `schedules`: review, rebalance and update dates; windows of measures.
"""
