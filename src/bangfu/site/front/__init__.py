"""What answers first at the house's one address: what is hot itself, everything else through Django."""
