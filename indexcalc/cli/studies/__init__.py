"""Verbs that compare.

``diff`` (two rules or runs), ``simulate`` (other caps or values; it ends with ``simulate_summary``).
"""
