"""What the level is: plan, events, index shares, levels, the files of a run."""
