"""Pages of the consumption room."""
