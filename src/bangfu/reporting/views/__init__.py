"""Pages of figures and reports: they read an address, ask ``queries``, and show; no rules here."""
