"""Content codings undone while the body streams in, so that a bomb is refused before it is in memory.

Sources: RFC 9110 8.4 (codings, applied in the order listed), RFC 1950–1952, RFC 7932 (br), RFC 9659 (zstd windows of at
most 8 MiB).
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["ACCEPT_ENCODING", "BodyDecoder", "BrokenCodingError", "OversizeError", "decoded", "zstd"]

ACCEPT_ENCODING = b"gzip, deflate, br, zstd"
_PIECE = 65_536
_MAX_CODINGS = 3
_GZIP = b"\x1f\x8b"
_ZSTD_WINDOW_LOG = 23


class BrokenCodingError(Exception):
    """The body is not what its Content-Encoding says, or it stops in the middle."""


class OversizeError(Exception):
    """The body unfolds to more than is allowed, or is compressed too many times over."""


class Decoder(Protocol):
    """One coding being undone."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decoded pieces of at most 64 KiB; raises :class:`BrokenCodingError`."""

    def finish(self) -> None:
        """Raise :class:`BrokenCodingError` if the body stopped in the middle."""


class _Zlib:
    """gzip (also several members one after another) and deflate, zlib-wrapped or, as some servers send it, raw."""

    def __init__(self) -> None:
        self._head = b""
        self._decompressor: zlib._Decompress | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        is_pending = False
        while data or is_pending:
            if self._decompressor is None or self._decompressor.eof:
                # What kind it is, and whether another gzip member follows, shows in two bytes.
                self._head += data
                if len(self._head) < 2:
                    return
                if self._decompressor and not self._head.startswith(_GZIP):
                    self._head = self._head[:2]  # padding after the last member, which has no end to wait for
                    return
                data, self._head = self._head, b""
                self._decompressor = zlib.decompressobj(wbits=_window_bits(data))
            try:
                piece = self._decompressor.decompress(data, _PIECE)
            except zlib.error as problem:
                raise BrokenCodingError(str(problem)) from None
            data = self._decompressor.unused_data if self._decompressor.eof else self._decompressor.unconsumed_tail
            is_pending = len(piece) == _PIECE and not self._decompressor.eof
            if piece:
                yield piece

    def finish(self) -> None:
        if self._head if self._decompressor is None else not self._decompressor.eof:
            raise BrokenCodingError("the compressed body stops in the middle")


def _window_bits(head: bytes) -> int:
    if head.startswith(_GZIP):
        return zlib.MAX_WBITS | 16
    is_zlib = head[0] & 0x0F == 8 and int.from_bytes(head[:2]) % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS


class _Brotli:
    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()
        self._is_begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._is_begun = True
        while not self._decompressor.is_finished():
            try:
                piece = self._decompressor.process(data, output_buffer_limit=_PIECE)
            except brotli.error as problem:
                raise BrokenCodingError(str(problem)) from None
            if not piece:
                return
            yield piece
            data = b""  # the decompressor keeps what it has not read yet

    def finish(self) -> None:
        if self._is_begun and not self._decompressor.is_finished():
            raise BrokenCodingError("the compressed body stops in the middle")


class _Zstd:
    def __init__(self) -> None:
        self._decompressor = self._fresh()
        self._is_begun = False

    @staticmethod
    def _fresh() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._is_begun = True
        while True:
            if self._decompressor.eof:
                if not data:
                    return
                self._decompressor = self._fresh()
            try:
                piece = self._decompressor.decompress(data, _PIECE)
            except zstd.ZstdError as problem:
                raise BrokenCodingError(str(problem)) from None
            data = self._decompressor.unused_data if self._decompressor.eof else b""
            if piece:
                yield piece
            if not self._decompressor.eof and self._decompressor.needs_input:
                return

    def finish(self) -> None:
        if self._is_begun and not self._decompressor.eof:
            raise BrokenCodingError("the compressed body stops in the middle")


_DECODERS: dict[str, type[_Zlib | _Brotli | _Zstd]] = {
    "gzip": _Zlib,
    "x-gzip": _Zlib,
    "deflate": _Zlib,
    "br": _Brotli,
    "zstd": _Zstd,
}


class BodyDecoder:
    """Undoes all codings of a body; no layer may unfold to more than ``limit`` bytes.

    ``content_encoding`` holds the header's values. ``identity``, and codings nobody knows, are left as they are:
    servers write ``utf-8`` there.
    """

    def __init__(self, content_encoding: list[str], limit: int) -> None:
        names = [name.strip().lower() for value in content_encoding for name in value.split(",")]
        known = [name for name in names if name in _DECODERS]
        self._layers: list[Decoder] = [_DECODERS[name]() for name in reversed(known)]
        self._sizes = [0] * (len(known) + 1)
        self._limit = limit

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decoded pieces; raises :class:`OversizeError` and :class:`BrokenCodingError`."""
        if len(self._layers) > _MAX_CODINGS:
            raise OversizeError(f"it is compressed {len(self._layers)} times over")
        return self._unfold(data, 0)

    def finish(self) -> None:
        """Raise :class:`BrokenCodingError` if any layer stops in the middle."""
        for layer in self._layers:
            layer.finish()

    def _unfold(self, data: bytes, depth: int) -> Iterator[bytes]:
        self._sizes[depth] += len(data)
        if self._sizes[depth] > self._limit:
            raise OversizeError(f"its body has more than {self._limit:,} bytes")
        if depth == len(self._layers):
            yield data
            return
        for piece in self._layers[depth].feed(data):
            yield from self._unfold(piece, depth + 1)


def decoded(body: bytes, content_encoding: list[str], limit: int) -> bytes:
    """``body`` without its codings; as it is where it has none in spite of its header, as recorders and servers do.

    Raises :class:`OversizeError`.
    """
    decoder = BodyDecoder(content_encoding, limit)
    try:
        plain = b"".join(decoder.feed(body))
        decoder.finish()
    except BrokenCodingError:
        return body
    return plain
