"""The door: settings, addresses, sign-in, theme, the command line and the embedded database."""
