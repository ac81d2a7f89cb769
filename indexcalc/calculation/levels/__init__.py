"""One index: its members and the prices of lines in; index shares, divisor, level and events out.

- ``index_terms``: what it is given; ``index_shares``, ``share_updates``, ``received_shares``: how much of
  each line it holds; ``held_shares``: that in cells; ``levels``: S and R of a
  ``level_block``; ``level_and_divisor``: the divisor and the level.
- ``results``, ``list_changes``, ``event_log``, ``held_block``: what its files are made of;
  ``published_levels``: rounding.
- ``index_run``: one index through the pass, block by block.
"""
