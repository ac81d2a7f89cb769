"""Readers of the files people really have; each turns one source into market tables."""
