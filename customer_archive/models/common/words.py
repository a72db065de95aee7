"""What clients send where words are needed."""


def is_text(value):
    """Whether ``value`` is a string that says something."""
    return isinstance(value, str) and bool(value.strip())
