"""Indices side by side: one comparison of plain figures; segments, breadth and calendar effects.

In: several rules over one market.  Out: tables over the sessions all of them have.

``together`` (the indices on their common sessions), ``compare`` (the figures of each), ``calendar_effects``
(January and the other months, with how sure it is), ``breadth`` (how many members rise), ``segments``.
"""
