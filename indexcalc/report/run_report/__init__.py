"""The report of a run: one page that leads from every figure to the rows it was made from.

In: folders that ``compute`` or ``simulate`` wrote.  Out: one HTML file that asks for nothing from
anywhere, with static pictures and tables, and a script that adds crosshair, zoom and the decisions.

Order of the modules: ``folder`` (reads a run's files), ``numbers`` (figures as a person writes them),
``language`` (English or Korean), ``reasons`` (details of the ledger in words),
``series`` (drawdown, years, months, volatility, unobserved stretches),
``line_charts`` (line charts), ``small_multiples`` and ``bars``, ``summary`` (sentences and key figures),
``sections`` (tables of members, reviews, events), ``sweep`` (caps), ``embedded`` (what the script reads),
``run_charts`` (the charts of an index), ``side_by_side`` (several), ``with_market`` (what its market adds),
``document`` (the whole page).
"""
