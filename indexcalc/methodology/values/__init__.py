"""The values a rule can hold, without any file around them.

In: texts.  Out: exact, immutable values that keep the text they were written as.

- `values`: numbers, shares, durations, ranks, labels.
- `dated`: values that change by date (`Dated.at`, `Dated.get`).
- `date_phrases`: `session after 2nd thursday` as a record; `dates` makes days of it.
- `exact_shares`: how far limits reach, on exact shares.
"""
