"""Live calculation: indices moved on by one session, or by a price, from a small saved state."""
