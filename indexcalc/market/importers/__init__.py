"""Readers of the files people really have; each turns one file into market tables.

In: a file, and what the user gave about it (``--date``, ``--map``, ``--into``).  Out: ``Imported``:
tables, facts, notes on what was read, dropped or assumed, and warnings.

Shared: ``imported`` (what comes in and goes out), ``cells`` (text to numbers and dates), ``problems``
(what is wrong, collected).  ``files`` turns bytes into columns, ``maps`` reads any file with a column
map, ``korea`` has the formats of the Korea Exchange.  ``formats`` recognises a file: a new format is
one module with ``recognises`` and ``read``, and one entry there.
"""
