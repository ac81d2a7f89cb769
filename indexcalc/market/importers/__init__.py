"""Readers of the files people really have; each turns one file into market tables.

In: a file, and what the user gave about it (``--date``, ``--map``, ``--into``).  Out: ``Imported``:
tables, facts, notes on what was read, dropped or assumed, and warnings.

Shared: ``imported`` (what comes in and goes out), ``source`` (bytes to columns), ``cells`` (text to
numbers and dates), ``problems`` (what is wrong, collected), ``frame_columns`` and ``exchange_lines``
(all lines of an exchange on a day).  The formats: ``krx_csv``, ``kis_master``, ``fdr``, ``pykrx``,
``marcap``, and ``mapped`` with its ``column_map``.  ``formats`` recognises a file: a new format is one
module with ``recognises`` and ``read``, and one entry there.
"""
