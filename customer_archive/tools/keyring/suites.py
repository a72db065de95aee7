"""The two sets of algorithms; every stored format names its own by number.

``AES``: AES-256-GCM (NIST SP 800-38D) with SHA-256, HMAC (RFC 2104) and HKDF
(RFC 5869). ``SM``: SM4-GCM (GB/T 32907, RFC 8998) with SM3 (GB/T 32905), HMAC and
HKDF over it. All primitives are those of ``cryptography``.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .context import encode
from .errors import tampered, truncated

NONCE_SIZE = 12
TAG_SIZE = 16


class _AesGcm:
    def __init__(self, key):
        self._aead = AESGCM(key)
        self.seal = self._aead.encrypt

    def open(self, nonce, sealed, associated):
        if len(sealed) < TAG_SIZE:
            raise truncated()
        try:
            return self._aead.decrypt(nonce, sealed, associated)
        except InvalidTag:
            raise tampered() from None


class _Sm4Gcm:
    def __init__(self, key):
        self._algorithm = algorithms.SM4(key)

    def seal(self, nonce, plaintext, associated):
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        body = encryptor.update(plaintext) + encryptor.finalize()
        return body + encryptor.tag

    def open(self, nonce, sealed, associated):
        if len(sealed) < TAG_SIZE:
            raise truncated()
        sealed = memoryview(sealed)
        mode = modes.GCM(nonce, bytes(sealed[-TAG_SIZE:]))
        decryptor = Cipher(self._algorithm, mode).decryptor()
        decryptor.authenticate_additional_data(associated)
        plaintext = decryptor.update(sealed[:-TAG_SIZE])
        try:
            return plaintext + decryptor.finalize()
        except InvalidTag:
            raise tampered() from None


class Suite:
    """One set of algorithms: ``number`` and ``name``, the cipher and the hash.

    ``key_size``: of the cipher, in bytes.
    """

    def __init__(self, number, name, cipher, key_size, algorithm):
        self.number = number
        self.name = name
        self.key_size = key_size
        self._cipher = cipher
        self._algorithm = algorithm

    def __repr__(self):
        return f"<Suite {self.name}>"

    def cipher(self, key):
        """Return the AEAD under ``key`` (``key_size`` bytes).

        It has ``seal(nonce, plaintext, associated)``, which returns the ciphertext
        with its tag, and ``open(nonce, sealed, associated)``, which returns the
        plaintext or raises ``Tampered``. A nonce (12 bytes) must never serve twice
        under a key.
        """
        if len(key) != self.key_size:
            raise ValueError(f"the key of {self.name} has {self.key_size} bytes")
        return self._cipher(key)

    def derived_cipher(self, secret, purpose, salt=None):
        """Return the AEAD under a key that ``secret`` and ``purpose`` determine."""
        return self.cipher(self.derive(secret, purpose, salt, self.key_size))

    def derive(self, secret, purpose, salt=None, length=32):
        """Return ``length`` bytes of key material (HKDF) from a secret.

        ``purpose``: tuple of texts; different ones give independent keys.
        """
        kdf = HKDF(self._algorithm(), length=length, salt=salt, info=encode(purpose))
        return kdf.derive(secret)

    def digest(self, data):
        """Return the hash of ``data``, 32 bytes."""
        digest = hashes.Hash(self._algorithm())
        digest.update(data)
        return digest.finalize()

    def mac(self, key, data):
        """Return the HMAC of ``data`` under ``key``, 32 bytes."""
        mac = hmac.HMAC(key, self._algorithm())
        mac.update(data)
        return mac.finalize()


AES = Suite(1, "aes", _AesGcm, 32, hashes.SHA256)
SM = Suite(2, "sm", _Sm4Gcm, 16, hashes.SM3)
SUITES = {suite.name: suite for suite in (AES, SM)}
_BY_NUMBER = {suite.number: suite for suite in SUITES.values()}


def by_number(number):
    """Return the suite of that number; ``ValueError`` if there is none."""
    if number not in _BY_NUMBER:
        raise ValueError(f"no suite has the number {number}")
    return _BY_NUMBER[number]
