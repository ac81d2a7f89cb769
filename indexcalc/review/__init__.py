"""Who is in an index and why: the reviews of a rule, what happens between them, and the ledger.

In: a rule, a market, its calendar, the lists of the indices the rule names.  Out: a ``ReviewResult``
for each day on which something is decided, with the members in force from it and a ledger row a name.

From the ground up: ``data`` (what is known of a line on a day), ``calendar`` (the days on which
something is decided, and members over time), ``conditions`` (a condition judged for all lines at once),
``measures`` (values over windows), ``ledger`` (the rows of ``decisions.parquet``), ``selection``
(eligibility and the steps of a selection), ``composite`` (indices checked every session),
``maintenance`` (between reviews), ``weights`` (what members weigh, under which caps).

``preparation`` reads what the reviews need, ``review`` makes them in order,
``result`` is what each comes to, ``review_findings`` what is reported of them; ``what_if`` makes one
again with another value.
"""
