"""What moved an index: its return by line, group and cause, session by session and over a period.

In: a run with its daily composition.  Out: tables whose parts sum to the return.

``dividends`` (what each line paid in a session), ``parts`` (the parts of every session's return),
``periods`` (linked over a period), ``relative`` (against a benchmark), ``what_if`` (an index without a
line; a review that had not been), ``attribute`` (the whole study).
"""
