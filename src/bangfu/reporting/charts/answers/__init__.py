"""What charts say: for each kind one question of the figures, the table of it, and what is drawn of it."""
