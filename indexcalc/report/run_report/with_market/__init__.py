"""What a report can tell with the market of its run: splits, what moved it, what would change a list.

In: the folder of a run and its market.  Out: splits of the weight by sector and size through time,
concentration session by session, the attribution of the return, what trackers trade, and the smallest
change that moves each near name.  Order of the modules: ``splits``, ``would_change``, ``tracker_flows``,
``of_one_run`` (all of it, of one run), ``page`` (as the template takes it).
"""
