"""The figures an index is read by: each defined here once, on paper in docs/figures.md.

In: levels (..., n_sessions), weights, days.  Out: numbers and arrays.  Annual figures count ``periods`` a
year (``periods_a_year``): 252 on daily data.

- `returns_and_drawdown`: total and annual return, drawdown, each line's part of the return.
- `volatility_and_tracking_error`: standard deviations a year, alone and against a reference.
- `turnover_and_concentration`: one-way turnover, the effective number, weights above a limit.
"""
