"""From a name or path to a checked rule with all rules it needs.

In: names, paths or texts.  Out: `Methodology` and `Family`; RuleTextError with all findings.

- `names`: names a rule defines and uses.  `schedule_days`: days made from each other.
- `variants`: a rule merged with the base it varies.
- `load`: one rule.
- `family`: a rule and its parents, each child with what it inherits.
- `partial`: what can still be checked of a rule with mistakes.
"""
