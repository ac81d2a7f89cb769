"""What the Korea Exchange and libraries about it give: all lines of a day, or of many.

``frame_columns`` and ``exchange_lines`` hold what they share; ``krx_csv``, ``kis_master``, ``fdr``,
``pykrx`` and ``marcap`` are a format each.
"""
