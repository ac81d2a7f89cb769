"""Verbs on rule files.

``new`` starts one, ``schema`` helps editors, ``validate`` checks, ``test`` runs their cases;
``rulebook`` writes a rule in words, ``calendar`` the days of its next reviews.
"""
