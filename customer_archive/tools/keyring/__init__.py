"""Keys, and what they encrypt. Plain Python on ``cryptography``; no Odoo in it.

Each customer file has a data key. It is kept in a keystore, an SQLite file outside the
database, wrapped (encrypted) by the current master key, which is a file of its own or
comes from the environment. So a dump of the database, and even a copy of the keystore,
tells nothing; destroying a data key makes every copy of the file's values unreadable.

- master key: 32 bytes. Wraps data keys and nothing else (``wrapping``, ``master``).
- data key: 32 bytes, an id of 16 bytes, a suite. Uses have keys derived from it (HKDF),
  so that none tells of another (``datakey``).
- envelope: a value in the database. Version | suite | key id | nonce | ciphertext and
  tag, bound to its place such as database, model, record, field (``envelope``).
- file: chunks of 256 KiB under a key of their own (``stream``, ``reader``).
- blind index: keyed hash of a value, for exact search (``DataKey.blind_index``).
- suites: AES-256-GCM with SHA-256, SM4-GCM with SM3. Every format names its suite.

Who reads or changes the database or the files gains nothing but sizes, times, which
values belong to one data key, and which blind indexes are equal. What they change, cut,
or move to another place fails with ``Tampered``; an older value of the same place put
back isn't found out. Who changes the keystore can only make it useless: a wrapping is
bound to keystore, key id and name. Who reads the keystore and a master key reads all;
they, and a process of the server, are trusted. Rotation gives all data keys a new
wrapping; retiring the old master key then makes copies of the keystore from before
useless to who has no copy of that master key.

Destroying overwrites the wrapping within the file. It can't reach earlier backups of
the keystore, nor blocks that the disk still holds, such as those of SQLite's journal:
rotate and retire for that. Back up the keystore and the master keys apart, and at least
as often as the database: a key made since is lost with the values under it. A keystore
brought back from a backup lacks tombstones made since; destroy those keys again.

Nonces are random, 12 bytes: stay under 2**32 envelopes of one data key and wrappings of
one master key. GCM doesn't commit to its key, which matters only to who may choose
keys; here nobody may. Python can't wipe memory: secrets live there until reused.
"""

from .datakey import DataKey
from .envelope import key_id_of, open_, seal
from .errors import KeyDestroyed, KeyInUse, KeyMissing, KeyringError, Tampered
from .keystore import Keystore
from .master import MasterKeys
from .reader import Reader
from .stream import MAGIC, encrypt, stored_size
from .suites import AES, SM, SUITES, Suite, by_number

__all__ = [
    "AES",
    "MAGIC",
    "SM",
    "SUITES",
    "DataKey",
    "KeyDestroyed",
    "KeyInUse",
    "KeyMissing",
    "KeyringError",
    "Keystore",
    "MasterKeys",
    "Reader",
    "Suite",
    "Tampered",
    "by_number",
    "encrypt",
    "key_id_of",
    "open_",
    "seal",
    "stored_size",
]
