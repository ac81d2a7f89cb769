"""The format ``table``: any file, with a column map or with the market's own column names.

``column_map`` reads a map, ``mapped`` makes the market's tables with it.
"""
