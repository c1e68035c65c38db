"""A file of zstd frames as one stream, with the dictionary that it may begin with.

Source: "Zstandard compression for WARC" (iipc.github.io/warc-specifications): a skippable frame with the magic number
``0x184D2A5D`` in front holds the dictionary, perhaps compressed itself.
"""

from __future__ import annotations

import io
from typing import IO

from crawler.reading.decoding import zstd

_FRAME = b"\x28\xb5\x2f\xfd"
_DICTIONARY = b"\x5d\x2a\x4d\x18"
ZSTD_MARKS = (_FRAME, _DICTIONARY)
"""How such a file begins."""
_MAX_DICTIONARY = 8 * 1024 * 1024
_PIECE = 65_536


class ZstdFrames(io.RawIOBase):
    """The text of a file that stands at its beginning; positions count in it. Raises ``ZstdError`` for what is no
    frame, and for one that breaks off, when all that came before was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._known = self._dictionary()
        self._begin = file.tell()
        self._frame = zstd.ZstdDecompressor(zstd_dict=self._known)
        self._ready = b""
        self._position = 0
        self._is_inside = False
        """Something of the frame was taken in."""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Only from the beginning on."""
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("a stream of frames has no end to count from")
        if offset < self._position:
            self._file.seek(self._begin)
            self._frame = zstd.ZstdDecompressor(zstd_dict=self._known)
            self._ready, self._position, self._is_inside = b"", 0, False
        while self._position < offset and self.read(min(_PIECE, offset - self._position)):
            pass
        return self._position

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # as typeshed has it, any buffer
        while not self._ready and self._unfold():
            pass
        piece = self._ready[: len(buffer)]
        self._ready = self._ready[len(piece) :]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _unfold(self) -> bool:
        """Whether there was anything left to unfold."""
        waiting = b""
        if self._frame.eof:
            waiting = self._frame.unused_data
            self._frame = zstd.ZstdDecompressor(zstd_dict=self._known)
            self._is_inside = False
        if not waiting and self._frame.needs_input:
            waiting = self._file.read(_PIECE)
            if not waiting and self._is_inside:
                raise zstd.ZstdError("a frame breaks off")
            if not waiting:
                return False
        self._is_inside = True
        self._ready = self._frame.decompress(waiting, _PIECE)
        return True

    def _dictionary(self) -> zstd.ZstdDict | None:
        start = self._file.read(8)
        if start[:4] != _DICTIONARY:
            self._file.seek(0)
            return None
        said = self._file.read(min(int.from_bytes(start[4:], "little"), _MAX_DICTIONARY))
        return zstd.ZstdDict(zstd.decompress(said) if said.startswith(_FRAME) else said)
