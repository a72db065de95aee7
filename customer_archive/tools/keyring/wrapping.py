"""Data keys and check values, encrypted under master keys.

A wrapping is nonce (12 bytes) | ciphertext (32 bytes) | tag (16 bytes), by the data
key's suite, under a key derived from the master key. Associated data: the ids of the
keystore and of the data key, and its name. A check value is the suite's number (1
byte) and a known text encrypted so; it tells whether a master key is the right one.
"""

import os

from . import suites
from .context import encode
from .datakey import SECRET_SIZE, DataKey
from .errors import KeyMissing, Tampered, truncated

SIZE = suites.NONCE_SIZE + SECRET_SIZE + suites.TAG_SIZE
_CHECK = b"customer archive master key     "


class Wrapper:
    """Wraps and unwraps under one master key of one keystore.

    :param secret: the master key's 32 bytes.
    """

    def __init__(self, keystore_id, master_id, secret):
        self.keystore_id = keystore_id
        self.master_id = master_id
        self._ciphers = {}
        self._secret = secret

    def wrap(self, key, name):
        """Return a data key encrypted, ``SIZE`` bytes."""
        return self._seal(key.suite, key.secret, self._place(key.id, name))

    def unwrap(self, key_id, name, suite, wrapped):
        """Return the ``DataKey``; ``Tampered`` if it wasn't wrapped here and so."""
        secret = self._open(suite, wrapped, self._place(key_id, name))
        return DataKey(key_id, suite, secret)

    def check_value(self, suite):
        """Return a new check value of the master key."""
        number = bytes([suite.number])
        return number + self._seal(suite, _CHECK, self._check_place())

    def check(self, sealed):
        """Raise ``KeyMissing`` if the master key isn't the one ``sealed`` is under."""
        try:
            suite = suites.by_number(sealed[0])
            self._open(suite, sealed[1:], self._check_place())
        except (IndexError, TypeError, ValueError, Tampered):
            raise KeyMissing(
                "wrong_master_key",
                f"Master key {self.master_id} is there but isn't the one that this "
                "keystore was made with. Put the right one back from its backup.",
            ) from None

    def _place(self, key_id, name):
        kind = "unnamed" if name is None else "named"
        return encode(("data key", self.keystore_id, key_id, kind, name or ""))

    def _check_place(self):
        return encode(("check", self.keystore_id, self.master_id))

    def _seal(self, suite, secret, place):
        nonce = os.urandom(suites.NONCE_SIZE)
        return nonce + self._cipher(suite).seal(nonce, secret, place)

    def _open(self, suite, wrapped, place):
        if len(wrapped) != SIZE:
            raise truncated()
        nonce, sealed = wrapped[: suites.NONCE_SIZE], wrapped[suites.NONCE_SIZE :]
        return self._cipher(suite).open(nonce, sealed, place)

    def _cipher(self, suite):
        if suite not in self._ciphers:
            self._ciphers[suite] = suite.derived_cipher(self._secret, ("wrap",))
        return self._ciphers[suite]
