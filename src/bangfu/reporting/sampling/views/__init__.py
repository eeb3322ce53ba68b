"""Pages of audits by sample: they translate and call operations."""
