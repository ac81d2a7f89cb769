"""Verbs on rule files alone.

``new`` starts one, ``schema`` helps editors, ``validate`` checks, ``test`` runs their cases.
"""
