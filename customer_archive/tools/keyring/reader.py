"""Random access to an encrypted file (format: see ``stream``)."""

import io
import os

from .errors import truncated, unknown_format
from .stream import HEADER, MAX_CHUNKS, TAG_SIZE, Chunks, read_full


class Reader(io.RawIOBase):
    """The plaintext of an encrypted file as a readable, seekable binary file.

    It holds one decrypted chunk and gives out authenticated bytes only: reading that
    meets a damaged chunk raises ``Tampered``. ``size`` (in bytes) is authenticated on
    opening, by the last chunk. Closing the reader closes ``fileobj``. Not for several
    threads at once.

    :param content_key: the key that ``stream.encrypt`` got.
    :param fileobj: seekable binary file; the encrypted file is the whole of it.
    :param context: tuple of texts, as on encryption.
    :raise Tampered: on opening, if the header or the end isn't as it was written.
    """

    def __init__(self, content_key, fileobj, context=()):
        super().__init__()
        self._file = None
        self._position = 0
        fileobj.seek(0)
        header = read_full(fileobj, HEADER.size)
        self._chunks = Chunks(content_key, header, context)
        self._count, self.size = self._layout(fileobj.seek(0, os.SEEK_END))
        # A file cut at the right place has another size and looks whole until its last
        # chunk is opened, which a reader who trusts the size may never do.
        self._held = self._count - 1
        self._chunk = self._open(fileobj, self._held)
        self._file = fileobj

    def _layout(self, file_size):
        """Return the number of chunks and the size of the plaintext, in bytes."""
        body = file_size - HEADER.size
        count = -(-body // self._chunks.sealed_size)
        last = body - (count - 1) * self._chunks.sealed_size
        if count < 1 or last < TAG_SIZE:
            raise truncated()
        if count > MAX_CHUNKS:
            raise unknown_format("encrypted file")
        return count, body - count * TAG_SIZE

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        self._check_open()
        return self._position

    def seek(self, offset, whence=os.SEEK_SET):
        self._check_open()
        starts = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}
        if whence not in starts or starts[whence] + offset < 0:
            raise ValueError("there is no such position")
        self._position = starts[whence] + offset
        return self._position

    def readinto(self, buffer):
        """Fill ``buffer`` from here on and return the number of bytes, 0 at the end.

        On ``Tampered`` the position stays where it was.
        """
        self._check_open()
        view = memoryview(buffer).cast("B")
        done = 0
        wanted = max(0, min(len(view), self.size - self._position))
        while done < wanted:
            index, start = divmod(self._position + done, self._chunks.size)
            if index != self._held:
                self._chunk = self._open(self._file, index)
                self._held = index
            part = memoryview(self._chunk)[start : start + wanted - done]
            view[done : done + len(part)] = part
            done += len(part)
        self._position += done
        return done

    def readall(self):
        data = bytearray(max(0, self.size - self._position))
        self.readinto(data)
        return bytes(data)

    def verify(self, start=0, end=None):
        """Authenticate the chunks that cover the bytes from ``start`` to ``end``.

        ``end`` is exclusive; the default is the end of the file. The last chunk is
        always among them, so that a missing end is found for any range.

        :raise Tampered: if one isn't as it was written.
        """
        self._check_open()
        end = self.size if end is None else min(end, self.size)
        first = max(start, 0) // self._chunks.size
        behind = -(-end // self._chunks.size)
        for index in range(first, min(behind, self._count - 1)):
            self._open(self._file, index)
        self._open(self._file, self._count - 1)

    def close(self):
        fileobj, self._file, self._chunk = self._file, None, b""
        if fileobj is not None:
            fileobj.close()
        return super().close()

    def _open(self, fileobj, index):
        sealed_size = self._chunks.sealed_size
        fileobj.seek(HEADER.size + index * sealed_size)
        sealed = read_full(fileobj, sealed_size)
        return self._chunks.open(index, index == self._count - 1, sealed)

    def _check_open(self):
        if self._file is None:
            raise ValueError("the file is closed")
