"""Change control: the notice of a change of methodology, and how far two runs are apart.

In: two rules, or two runs.  Out: what changes in words, and its effect on members, weights and money.
"""
