"""What people look at: pictures and pages made from results.

In: a rule, a run or a sweep.  Out: SVG, HTML and text; nothing is computed here that a level needs.

``scales`` (axes), ``svg_chart`` (line and point charts as SVG), ``sweep_pictures`` and ``sweep_files``
(what ``simulate`` writes), ``verify`` (is a written folder what it says?), ``rulebook`` (the
methodology of a rule in words), ``change_notice`` (what two rulebooks say differently).
"""
