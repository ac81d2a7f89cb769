"""The command line: arguments in; messages, files and an exit code out.

``main`` holds the table of verbs and turns errors into messages; ``lazy`` imports a verb when it is
called; ``options`` and ``files`` are shared.  The verbs, by what a user does: ``rules`` (write and
check rules), ``market`` (make and check markets), ``indices`` (compute, review, explain, verify),
``studies`` (compare and simulate).  A new verb is one module and one entry in its table; nothing is
computed here, a verb calls the engine and prints.
"""
