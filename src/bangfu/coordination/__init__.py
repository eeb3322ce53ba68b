"""Coordination 协同: pairing, leadership, fieldwork, rectification, policies."""
