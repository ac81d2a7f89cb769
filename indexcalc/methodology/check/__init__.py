"""What a rule means, checked before any data: mistakes that read well and cannot work.

In: a rule with its family.  Out: findings; errors cannot be computed, warnings are most likely not meant.

- `findings_in_place`: findings of one rule, each at the place of its value.
- `bounds`: the most names a rule can have.
- `weights`, `counts`, `conditions`, `names_used`, `maintenance`, `overlay`, `dates`: one subject each.
- `check`: all of them in order.
"""
