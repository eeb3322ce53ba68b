"""Template tags of corrections."""
