"""What the market was: tables, sessions, panels.  Nothing here knows a rule."""
