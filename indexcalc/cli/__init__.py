"""The commands, one small module a verb; this package imports click alone until a verb runs."""
