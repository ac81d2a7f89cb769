"""The daily rows of a market, decoded once: session-major columns every pass reads from."""
