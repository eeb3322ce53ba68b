"""Forms of the network room: they read what was typed; what may be registered is decided by the operations."""
