"""Pages of the training room: what is read, and the buttons that lead to its operations."""
