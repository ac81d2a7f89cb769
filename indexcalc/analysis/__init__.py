"""What if, and so what: sweeps over caps and other values of a rule, and the figures they are read by."""
