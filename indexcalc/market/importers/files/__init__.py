"""Files as columns: bytes in, named columns out that know the place of every cell.

``source`` opens delimited text, Parquet and Arrow IPC.
"""
