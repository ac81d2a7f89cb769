"""How much of each member: schemes, float factors, caps."""
