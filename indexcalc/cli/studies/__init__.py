"""Verbs that compare results, or show them.

``diff`` (two rules or runs), ``simulate`` (other caps or values; it ends with ``simulate_summary``),
``report`` (a page about runs).
"""
