"""Verbs on one index and a market.

``compute`` (which ends with ``compute_summary``), ``review``, ``explain``, ``verify``.
"""
