"""Why a name is in or out, as a page says it.

In: details of the ledger and reasons of events, as a run writes them.  Out: clauses in English or Korean.
``shapes`` holds how they read and what they are in both languages, ``in_words`` says them.
"""
