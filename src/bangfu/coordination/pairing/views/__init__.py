"""Pages of the pairing room: what is read, and the forms and buttons that lead to its operations."""
