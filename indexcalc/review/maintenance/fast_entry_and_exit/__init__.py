"""Tests between reviews: fast entries, fast exits, both companies of a demerger.

In: the rule, the lines' listings and demergers, the lists in force.  Out: an ``Outcome`` of the day, with
who enters, leaves or failed a test.

From the ground up: ``entry_exit_test`` (one test as a record), ``demergers`` and ``lines_to_test``
(which tests a rule makes, on which days), ``candidates`` (whom no look at their columns keeps out),
``judging`` (puts a test to its candidates).
"""
