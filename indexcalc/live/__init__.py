"""Indices session by session, or price by price, with the bits of a computation over all of them.

- ``live``: ``Live.begin``, ``advance``, ``save``, ``resume``; ``session``: what one session says.
- ``ticks``: the session that is open, price by price.
- ``saved_state``: the file of a state; ``line_state`` and ``index_state``: what lines and indices put in
  it; ``history``: is the market still the one the state was made from?
"""
