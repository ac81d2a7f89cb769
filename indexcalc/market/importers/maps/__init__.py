"""The format ``table``: any file, with a column map or with the market's own column names.

``column_map`` is a map as typed values, ``map_reader`` (over ``map_nodes``) reads one strictly.
``reshape`` makes wide tables long and joins a second file; ``table_maker`` makes a market's table of the
columns, with ``memberships`` for lists from intervals and changes and ``made_rows`` for what rows may
not say; ``mapped`` is the format itself.
"""
