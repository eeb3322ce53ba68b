"""What a program of another system looks like that sends its records to bangfu; nothing but Python's own library."""
