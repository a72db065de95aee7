"""A data key: what encrypts the values of one file."""

import re
from functools import cached_property

from . import envelope
from .context import encode

SECRET_SIZE = 32
_ID = re.compile(r"[0-9a-f]{32}")


def is_key_id(text):
    """Tell whether ``text`` is 32 lower-case hexadecimal digits."""
    return isinstance(text, str) and bool(_ID.fullmatch(text))


class DataKey:
    """``id`` (32 hexadecimal digits), ``suite`` and ``secret`` (32 bytes).

    The secret itself encrypts nothing: each use has a key derived from it. Its text
    form hides the secret, and it can't be pickled.
    """

    def __init__(self, id, suite, secret):  # noqa: A002
        if not is_key_id(id):
            raise ValueError("the id of a data key is 32 hexadecimal digits")
        if len(secret) != SECRET_SIZE:
            raise ValueError(f"a data key has {SECRET_SIZE} bytes")
        self.id = id
        self.suite = suite
        self.secret = bytes(secret)

    def __repr__(self):
        return f"<DataKey {self.id} {self.suite.name}>"

    def __reduce__(self):
        raise TypeError("a data key isn't stored outside its keystore")

    @cached_property
    def cipher(self):
        """The AEAD of envelopes."""
        return self.suite.derived_cipher(self.secret, ("envelope",))

    @cached_property
    def _index_key(self):
        return self.suite.derive(self.secret, ("blind index",))

    def seal(self, plaintext, context):
        """Return bytes as an envelope bound to ``context``; see ``envelope``."""
        return envelope.seal(self, plaintext, context)

    def open(self, sealed, context):
        """Return the plaintext of an envelope, or raise ``Tampered``."""
        return envelope.open_(self, sealed, context)

    def derive(self, purpose):
        """Return a key of 32 bytes for ``purpose`` (text), such as a file's content."""
        return self.suite.derive(self.secret, ("derive", purpose))

    def blind_index(self, value, context):
        """Return the keyed hash of a text, 64 hexadecimal digits.

        Equal values of one context have equal hashes; normalise ``value`` before.
        """
        data = encode(context + (value,))
        return self.suite.mac(self._index_key, data).hex()
