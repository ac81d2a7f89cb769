"""To be said: what this folder is for."""
