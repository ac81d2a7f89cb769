"""Measurements: each states the machine, checks that answers agree, then quotes medians and ratios."""
