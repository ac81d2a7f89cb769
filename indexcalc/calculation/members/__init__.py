"""Who is held: a rule's reviews and the prices of lines in, members and their factors by session out.

- ``index_members``: what is known of an index's members, its ledger and its review days.
- ``by_state``: members by a state that every session is checked, held as ``composite`` says.
- ``by_reviews``: members by lists from reviews (``scheduled``), weighed at ``pricing_closes``.
- ``members``: which of the two a rule has.
- ``from_lists``: members as a written run lists them; ``last_review``: its last review, made again.
- ``held``: the members of a block as the levels take them.
"""
