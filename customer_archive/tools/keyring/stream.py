"""Files of any size, encrypted in chunks: little memory, random access.

Format: magic ``CAF`` | version (1 byte, 1) | suite number (1 byte) | binary logarithm
of the chunk size (1 byte) | random salt (32 bytes), then the chunks, each as ciphertext
and tag (16 bytes). All chunks but the last are full; an empty file is one empty chunk.

The key of each file is derived (HKDF) from the content key, the salt and the context.
Nonces and the mark of the last chunk are those of the STREAM construction (Hoang,
Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance, CRYPTO 2015): 7 zero bytes, the chunk's number in 4 bytes,
big-endian, and 1 for the last chunk or 0. Associated data: the 38 bytes of the header.
So a chunk changed, moved, doubled or left out, and a missing end, fail to open.
"""

import os
import struct

from . import suites
from .errors import KeyringError, truncated, unknown_format

MAGIC = b"CAF"
VERSION = 1
# 256 KiB: both larger and smaller ones were slower.
CHUNK_BITS = 18
MAX_CHUNKS = 2**32 - 1
TAG_SIZE = suites.TAG_SIZE
HEADER = struct.Struct(">3sBBB32s")
_BITS = range(10, 21)
_NONCE = struct.Struct(">7xIB")


class Chunks:
    """The cipher of one file's chunks and the layout its header tells."""

    def __init__(self, content_key, header, context):
        if len(header) < HEADER.size:
            raise truncated()
        magic, version, number, bits, salt = HEADER.unpack(header)
        if (magic, version) != (MAGIC, VERSION) or bits not in _BITS:
            raise unknown_format("encrypted file")
        try:
            suite = suites.by_number(number)
        except ValueError:
            raise unknown_format("encrypted file") from None
        self.header = header
        self.size = 1 << bits
        self.sealed_size = self.size + TAG_SIZE
        purpose = ("file",) + context
        self._cipher = suite.derived_cipher(content_key, purpose, salt)

    def seal(self, index, last, plaintext):
        """Return chunk number ``index`` encrypted."""
        if index >= MAX_CHUNKS:
            raise KeyringError(
                "too_large", "The file is too large to be encrypted. Split it."
            )
        return self._cipher.seal(_NONCE.pack(index, last), plaintext, self.header)

    def open(self, index, last, sealed):
        """Return chunk number ``index`` decrypted, or raise ``Tampered``."""
        return self._cipher.open(_NONCE.pack(index, last), sealed, self.header)


def encrypt(content_key, suite, source, target, context=(), digest=None):
    """Encrypt ``source`` into ``target`` and return the plaintext's size in bytes.

    :param content_key: bytes, such as ``DataKey.derive`` gives.
    :param source: binary file, read from where it is to its end.
    :param target: binary file, written from where it is, header included.
    :param context: tuple of texts; reading needs the same.
    :param digest: a ``hashlib`` object that gets all bytes written to ``target``.
    :raise KeyringError: code ``too_large``, from 256 TiB on.
    """
    salt = os.urandom(32)
    header = HEADER.pack(MAGIC, VERSION, suite.number, CHUNK_BITS, salt)
    chunks = Chunks(content_key, header, context)
    _write(target, header, digest)
    size = index = 0
    chunk, following = read_full(source, chunks.size), True
    while following:
        # A chunk is known to be the last one only when nothing follows it.
        following = len(chunk) == chunks.size and read_full(source, chunks.size)
        _write(target, chunks.seal(index, not following, chunk), digest)
        size += len(chunk)
        index += 1
        chunk = following
    return size


def stored_size(size):
    """Return how many bytes :func:`encrypt` writes for ``size`` bytes."""
    chunks = max(1, -(-size // (1 << CHUNK_BITS)))
    return HEADER.size + size + chunks * TAG_SIZE


def read_full(source, size):
    """Return the next ``size`` bytes, fewer only at the end of the file.

    ``read`` of a raw file or a socket may return less than asked.
    """
    data = source.read(size)
    if not data or len(data) == size:
        return data or b""
    parts = [data]
    missing = size - len(data)
    while missing and (data := source.read(missing)):
        parts.append(data)
        missing -= len(data)
    return b"".join(parts)


def _write(target, data, digest):
    if digest is not None:
        digest.update(data)
    written = target.write(data)
    # Raw files tell how much they took; other writers take all of it.
    while written is not None and written < len(data):
        data = data[written:]
        written = target.write(data)
