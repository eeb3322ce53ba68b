"""The household register: who lives together, where, and as what kind of household, each over half-open periods."""
