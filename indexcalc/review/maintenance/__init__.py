"""What happens between reviews: deletions, entries and exits, demergers, the committee, the reserve.

In: facts from the tables (delistings, mergers, designations, listings), the rule's ``maintenance`` and
the reserve of the last review.  Out: on each day, who leaves, who enters and who replaces whom.

- ``conditions_turned_true``: conditions that become true of a line, as facts beside those of
  ``data.line_facts``.
- ``trading_days``: on which sessions a line trades; ``listed_lines``: which lines are listed on a day.
- ``outcome``: who leaves, enters or failed a test on one day.
- ``parents``: who joins and leaves the lists an index is made from.
- ``deletions``: when a fact deletes a member.
- ``fast_entry_and_exit``: fast entries, fast exits and the companies of a demerger, tested.
- ``reserve``: the reserve list and the order of names at the last review.
- ``committee``: what the index committee decided.
- ``plan``: all of it, day by day.
- ``apply_changes``: puts the decisions of a day on the list; ``at_review``: on the day of a review.
"""
