"""Overlays: indices that stand on another index's level.

In: rules with ``overlay``, the levels below them, rates and currencies.  Out: their levels.

- ``overlay_plan``: what overlays stand on, and what that asks of the other rules; ``overlay_market_fit``:
  what a market lacks for one.
- ``series``: the levels below; ``quotes``: interest and currencies; ``overlay_inputs``: all of it together.
- ``rolls``: the months of a currency hedge; ``currency_weights``: what members have in each currency;
  ``volatility``: what risk control measures.
- ``forms``: what each form of overlay adds to the growth below it; ``advance``: session by session;
  ``tables``: the outcome.
"""
