"""Change control: what a change of methodology changes, and how far two runs are apart.

In: two rules, or two runs.  Out: the clauses that differ, and their effect on members, weights and
money; ``report.change_notice`` puts them in words.
"""
