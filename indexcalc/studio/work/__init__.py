"""What is computed for a page, in processes of its own.

In: a text and the market.  Out: levels, figures and tables, answers to questions, files to take away.

- ``studies``: a text computed, as plain values; ``questions``: about what is computed; ``exports``: files.
- ``workers``: the processes, one fork a text, ended when it is superseded.
"""
