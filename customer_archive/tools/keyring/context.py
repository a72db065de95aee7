"""Texts as bytes that no other sequence of texts gives."""


def encode(parts):
    """Return the texts one after another, each after its length.

    The length is that of its UTF-8 form, as 4 bytes, big-endian; so
    ``("a", "bc")`` and ``("ab", "c")`` differ. ``TypeError`` for anything but a
    tuple of texts: a lone text isn't taken for the sequence of its letters.
    """
    if not isinstance(parts, tuple):
        raise TypeError("a context is a tuple of texts")
    encoded = []
    for part in parts:
        if not isinstance(part, str):
            raise TypeError("every part of a context is a text")
        data = part.encode("utf-8", "surrogatepass")
        encoded += (len(data).to_bytes(4, "big"), data)
    return b"".join(encoded)
