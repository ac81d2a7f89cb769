"""The prices of lines, before any index is asked: daily rows and corporate actions in, C, B and P out.

- ``lines``: the prices of some lines, and what one stretch of sessions hands to the next.
- ``daily_rows``: the rows of some sessions from the market's panel, mostly as single cells.
- ``corporate_actions``, ``action_day``, ``pending_shares``, ``gaps``, ``endings``: what each kind of event
  does to one line; ``apply_actions`` puts lines through them in time order.
- ``ex_rights_price``: the theoretical price, and rights out of the money; ``rights_by_factor``: rights by a
  price adjustment factor; ``frozen``, ``withholding``: a price held over a halt, tax on dividends.
- ``lines_with_events``: which lines something may have happened to; ``line_prices``: the pass over all;
  ``index_lines``: those of one index.
"""
