"""SFTP to the one server whose key somebody has compared, and to no other.

The server proves who it is before it is told user and password. Paramiko does so, by
the key that it is given here; without one, nothing is connected to.
"""

import base64
import binascii
import hashlib
import socket
from itertools import pairwise

from .errors import BackupError

PORT = 22
# Seconds without an answer, until a server counts as unreachable.
PATIENCE = 60


def parsed_key(text):
    """Return a public key as OpenSSH writes it, as (type, base64); nothing else of it.

    :param text: such as a line of ``ssh_host_ed25519_key.pub``
    :raise BackupError: "host_key_format"
    """
    words = (text or "").split()
    for kind, data in pairwise(words):
        try:
            blob = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            continue
        size = int.from_bytes(blob[:4])
        if size and blob[4 : 4 + size] == kind.encode():
            return kind, data
    raise BackupError("host_key_format", text or "")


def fingerprint(text):
    """Return a key's fingerprint, as ``ssh-keygen -l`` writes it."""
    _kind, data = parsed_key(text)
    digest = hashlib.sha256(base64.b64decode(data)).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def offered_key(host, port):
    """Return the key that a server shows, without logging in.

    Whether it is that server's is for people to say.
    """
    import paramiko

    with socket.create_connection((host, port), PATIENCE) as connection:
        transport = paramiko.Transport(connection)
        try:
            transport.start_client(timeout=PATIENCE)
            key = transport.get_remote_server_key()
        finally:
            transport.close()
    return f"{key.get_name()} {key.get_base64()}"


def file_system():
    """Return fsspec's file system for SFTP that holds to ``host_key``.

    :raise ImportError: without paramiko
    """
    import paramiko
    from fsspec.implementations.sftp import SFTPFileSystem

    class PinnedSFTP(SFTPFileSystem):
        def __init__(self, host, host_key="", **options):
            if not host_key:
                raise BackupError("host_key_missing", host)
            self.host_key = host_key
            super().__init__(host, **options)

        def _connect(self):
            options = {"timeout": PATIENCE, **self.ssh_kwargs}
            port = int(options.get("port") or PORT)
            kind, data = parsed_key(self.host_key)
            name = self.host if port == PORT else f"[{self.host}]:{port}"
            entry = paramiko.hostkeys.HostKeyEntry.from_line(f"{name} {kind} {data}")
            self.client = paramiko.SSHClient()
            self.client.get_host_keys().add(name, kind, entry.key)
            self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
            try:
                self.client.connect(self.host, **options)
            except paramiko.BadHostKeyException as error:
                shown = f"{error.key.get_name()} {error.key.get_base64()}"
                raise BackupError("host_key_other", fingerprint(shown)) from None
            self.ftp = self.client.open_sftp()
            self.ftp.get_channel().settimeout(options["timeout"])

    return PinnedSFTP
