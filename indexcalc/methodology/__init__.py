"""What a rule file says, as frozen values with a place for each."""
