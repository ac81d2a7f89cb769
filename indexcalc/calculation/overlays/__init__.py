"""Overlays: indices that stand on another index's level (design section 5, rule-language.md)."""
