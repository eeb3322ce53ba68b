"""What the embedded server says when it cannot do its work."""


class EmbeddedServerError(Exception):
    """The embedded database cannot be used; the text is one sentence for whoever typed the command."""
