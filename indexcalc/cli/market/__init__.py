"""Verbs on a market.

``market`` is the group, ``folder`` the option they share; the others are one verb each.
"""
