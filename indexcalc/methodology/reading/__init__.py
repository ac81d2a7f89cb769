"""From the text of a rule to values, each mistake at its line and column.

In: YAML text.  Out: values of the kinds a place asks for, or findings.

- `yaml`: text to nodes with line and column; what a rule has no use for is refused.
- `reader`: where a reader stands in the rule, what it collects, and the base of all kinds.
- `record`: frozen records without generated code.
- `kinds`: single values; `containers`: lists, names, values by date and by status.
- `unknown_and_missing_keys`: findings about the keys of a block.
- `block`: a mapping with a fixed set of keys, declared once.
"""
