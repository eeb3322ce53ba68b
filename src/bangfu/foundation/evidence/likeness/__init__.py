"""From how near on two pictures count as the same: a rule for the whole house, each in force until the next."""
