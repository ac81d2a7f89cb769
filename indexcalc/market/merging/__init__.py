"""Imported tables into a stored market: all of them or none.

In: ``Imported`` files and the market on disk.  Out: the new market on disk, and a report.

``rows`` joins two tables by key and names the conflicts; ``changes_only`` finds what a list seen on
one day changes; ``daily`` places daily rows into files; ``joined_files`` makes files of following days
one; ``merge`` does the whole import.
"""
