"""What happens between reviews: entries, exits, deletions, demergers and the reserve."""
