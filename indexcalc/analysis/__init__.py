"""What if, and so what: questions about an index that a run or a review answers.

In: rules, a market, and the runs and reviews of the layers below.  Out: tables and records of figures; no
file is written here.

- ``explain``: why a line is in an index or not, from the market down.
- ``pro_forma``: a review before the fact; ``near_misses``: who is near to either side of it.
- ``weights_on_paper``: the weights of such a review; ``weights_without_levels``: of
  a plan's reviews.
- ``next_session``: a market with one session more; ``moved_sessions``: one whose last sessions are changed;
  ``coming_list``: the list of today beside the list to come.
- ``amounts``: amounts of money read and written; ``questions``: one call a question.
- ``sweep``: many caps or values of a rule at once; ``stress``: the market on which a rule breaks;
  ``near``: the smallest change of today's that flips something; ``likelihood``: how likely a coming review
  changes a name.
- ``flows``, ``attribution``, ``segments``, ``change``, ``deliver``: what trackers trade, what moved an
  index, indices side by side, a change of methodology, the files an index desk sends.
"""
