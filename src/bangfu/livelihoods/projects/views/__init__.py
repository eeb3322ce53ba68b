"""Pages of projects: lists and records, and the forms that lead to the room's operations."""
