"""Overlays: indices that stand on another index's level."""
