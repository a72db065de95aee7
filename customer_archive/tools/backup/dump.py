"""The database as text, in parts of which those that didn't change are the same.

``pg_dump`` writes, ``psql`` reads; nothing plain touches a disk. The text is cut behind
lines whose own checksum says so: a row that is added or changed changes the part that
it is in, and not those behind it.
"""

import contextlib
import subprocess
import zlib

from .errors import BackupError

# Bytes of a part, before it is compressed: small ones, so that a row that changed
# brings few others along.
LEAST, MOST = 32 << 10, 8 << 20
# After so many bytes more, on average, a line ends a part.
ENDS = 64 << 10


@contextlib.contextmanager
def begun(command, environment):
    """Have a command write a dump, and give its parts, which it has ready when asked.

    It looks at all tables first, which takes it as long as many rows do: whoever has
    something else to do begins the dump before.

    :param command: list such as ``pg_dump`` with its arguments
    :raise BackupError: "dump", if it fails
    """
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    ) as running:  # fmt: skip
        try:
            yield _cut(running.stdout)
            told = running.stderr.read().decode(errors="replace").strip()
        except BaseException:
            running.kill()
            raise
    if running.returncode:
        raise BackupError("dump", told[-300:])


def _cut(lines):
    held, size = [], 0
    for line in lines:
        held.append(line)
        size += len(line)
        ends = size >= LEAST and zlib.crc32(line) % ENDS < len(line)
        if ends or size >= MOST:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def packed(data):
    # The higher levels take more than twice as long.
    return zlib.compress(data, 1)


def load(command, environment, texts):
    """Feed parts of a dump to a command that reads it.

    :param texts: iterable of binary files
    :raise BackupError: "load", if it fails
    """
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        try:
            for text in texts:
                running.stdin.write(zlib.decompress(text.read()))
            running.stdin.close()
        except BrokenPipeError:
            # It says itself why it ended.
            running.stdin = None
        except BaseException:
            running.kill()
            raise
        told = running.stderr.read().decode(errors="replace").strip()
    if running.returncode:
        raise BackupError("load", told[-300:])
