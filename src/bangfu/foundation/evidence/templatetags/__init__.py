"""Tags of the evidence room."""
