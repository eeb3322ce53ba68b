"""Tags of control totals."""
