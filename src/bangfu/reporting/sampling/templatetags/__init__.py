"""Tags of audits by sample."""
