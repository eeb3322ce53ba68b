"""Pages of the organisation room: what is read, and the forms that lead to operations."""
