"""Pages of rounds: reading, scheduling, filling in, deciding."""
