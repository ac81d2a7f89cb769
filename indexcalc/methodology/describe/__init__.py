"""A rule shown to people and editors.

In: a rule, or two.  Out: text.

- `wording`: a value as the language writes it.
- `differences`: what differs between two rules, by date.
- `json_schema`: the schema of the language.
- `new_rule`: the text of a new rule.
"""
