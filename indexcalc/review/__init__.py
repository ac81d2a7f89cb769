"""Who is in and why: dates, measures, conditions, steps, the ledger."""
