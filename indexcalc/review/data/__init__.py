"""What is known of a line on a day, for everything a review asks.

In: a market, its calendar and what the user says to assume.  Out: columns as NumPy arrays for rows of
(line, day), with what is missing.

- ``texts``: texts and rule paths by number, so that a ledger row is a row of numbers.
- ``assumptions``: what a run takes for granted, recorded with the lines it concerns.
- ``presence``: on which sessions each line has a row.
- ``daily_values``: the last values of daily columns.
- ``currency``: amounts in one currency.
- ``fields``: columns, designations, time listed; the look-up that conditions use.
- ``issuers``: the lines of one issuer counted together.
- ``float_factors``: the float factors of an index over time.
- ``line_states``: the states of lines that a composite is made from.
"""
