"""Pages of notices: the inbox, one's own choices, channels and robots, and what became of deliveries."""
