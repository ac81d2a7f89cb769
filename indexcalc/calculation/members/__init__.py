"""Who is held: a rule's reviews and the prices of lines in, members and their factors by session out.

- ``members``: from a rule to its membership, its ledger and its review days.
- ``composite``: members by a state that every session is checked; ``scheduled``: members by lists from
  reviews, weighed at ``pricing_closes``.
- ``held``: the members of a block as the levels take them.
"""
