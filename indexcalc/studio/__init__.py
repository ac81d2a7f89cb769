"""The studio: a page on this machine on which a person changes a rule and watches the index change.

In: the names of rules, a market, folders to open and save in.  Out: a server on 127.0.0.1.

From the ground up: ``text`` (findings, completion, edits, levers); ``work`` (what is computed, by the
functions of the API, in processes of its own); ``links`` and ``folders`` (what may be opened);
``session`` (the state of one page); ``view`` (results as HTML and options of the chart); ``desk``
(what follows from a change); ``page`` (the page itself, in NiceGUI).  All but ``page`` runs without it.
"""
