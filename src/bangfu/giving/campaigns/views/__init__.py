"""Pages of campaigns: what staff read and do, and what everybody sees."""
