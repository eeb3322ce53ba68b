"""Pages of intake: they translate and call operations."""
