"""A short value, encrypted and bound to its place.

Format: version (1 byte, 1) | suite number (1 byte) | key id (16 bytes) | random
nonce (12 bytes) | ciphertext | tag (16 bytes). The associated data are the first 30
bytes and the encoded context (see ``context.encode``), such as database, model, record
and field: an envelope copied to another place doesn't open there.
"""

import os
import struct

from . import suites
from .context import encode
from .errors import tampered, truncated, unknown_format

VERSION = 1
_HEADER = struct.Struct(f">BB16s{suites.NONCE_SIZE}s")
OVERHEAD = _HEADER.size + suites.TAG_SIZE


def seal(key, plaintext, context):
    """Return ``plaintext`` (bytes) as an envelope under a ``DataKey``.

    ``context``: tuple of texts; the same one opens the envelope.
    """
    nonce = os.urandom(suites.NONCE_SIZE)
    header = _HEADER.pack(VERSION, key.suite.number, bytes.fromhex(key.id), nonce)
    return header + key.cipher.seal(nonce, plaintext, header + encode(context))


def open_(key, envelope, context):
    """Return the plaintext; ``Tampered`` if key, context or a bit isn't as sealed."""
    suite, key_id, nonce = _parse(envelope)
    if suite is not key.suite or key_id != key.id:
        raise tampered()
    header = bytes(envelope[: _HEADER.size])
    sealed = envelope[_HEADER.size :]
    return key.cipher.open(nonce, sealed, header + encode(context))


def key_id_of(envelope):
    """Return the id of the data key that opens the envelope, unauthenticated."""
    return _parse(envelope)[1]


def _parse(envelope):
    if len(envelope) < OVERHEAD:
        raise truncated()
    version, number, key_id, nonce = _HEADER.unpack_from(envelope)
    if version != VERSION:
        raise unknown_format("encrypted value")
    try:
        suite = suites.by_number(number)
    except ValueError:
        raise unknown_format("encrypted value") from None
    return suite, key_id.hex(), nonce
