"""What a rule file says: read, checked and described, before any market is seen.

In: the text of rule files.  Out: a frozen `Methodology` for each rule, every value with its line, and
the findings about it.

- `values`: exact values, dated values and date phrases.
- `reading`: YAML text to nodes, nodes to values; unknown and missing keys.
- `model`: every key of the rule language, as records.
- `dates`: date phrases and schedules to sessions of a calendar.
- `load`: finds a rule, its base and its family, and checks the names in it.
- `check`: rules that read well and cannot work.
- `describe`: a rule in words, differences between two, the JSON Schema, the start of a new rule.
"""
