"""Content codings undone piece by piece, however the pieces fall."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.decoding import BodyDecoder, BrokenCodingError, OversizeError, zstd

LIMIT = 1_000_000
TEXT = b"".join(b"%d bottles of tea, " % number for number in range(20_000))


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


CODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "two-gzip-members": ("gzip", lambda data: gzip.compress(data[:5]) + gzip.compress(data[5:]) + b"\0\0"),
    "deflate": ("deflate", zlib.compress),
    "raw-deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
    "two-zstd-frames": ("zstd", lambda data: zstd.compress(data[:5]) + zstd.compress(data[5:])),
    "gzip-in-br": ("gzip, br", lambda data: brotli.compress(gzip.compress(data))),
    "unknown": ("x-unknown", bytes),
}


def decode(data: bytes, encoding: str, piece: int, limit: int = LIMIT) -> bytes:
    decoder = BodyDecoder([encoding], limit)
    pieces = [part for start in range(0, len(data), piece) for part in decoder.feed(data[start : start + piece])]
    decoder.finish()
    return b"".join(pieces)


@pytest.mark.parametrize("name", CODINGS)
@pytest.mark.parametrize("piece", [1, 1_000, LIMIT])
def test_what_went_in_comes_out(name: str, piece: int) -> None:
    encoding, encode = CODINGS[name]
    assert decode(encode(TEXT), encoding, piece) == TEXT


@given(data=st.binary(max_size=3_000), piece=st.integers(1, 4_000), name=st.sampled_from(sorted(CODINGS)))
@settings(max_examples=60, deadline=None)
def test_any_bytes_in_any_pieces(data: bytes, piece: int, name: str) -> None:
    encoding, encode = CODINGS[name]
    assert decode(encode(data), encoding, piece) == data


@given(
    data=st.binary(max_size=3_000),
    piece=st.integers(1, 4_000),
    encoding=st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br, zstd"]),
)
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_decoded_or_refused(data: bytes, piece: int, encoding: str) -> None:
    try:
        decode(data, encoding, piece)
    except (BrokenCodingError, OversizeError):
        return


@pytest.mark.parametrize("name", [name for name in CODINGS if name != "unknown"])
def test_a_body_that_stops_in_the_middle_is_broken(name: str) -> None:
    encoding, encode = CODINGS[name]
    with pytest.raises(BrokenCodingError):
        decode(encode(TEXT)[:-40], encoding, 1_000)


@pytest.mark.parametrize("name", CODINGS)
def test_the_limit_is_exact(name: str) -> None:
    encoding, encode = CODINGS[name]
    assert decode(encode(TEXT), encoding, 1_000, limit=len(TEXT)) == TEXT
    with pytest.raises(OversizeError):
        decode(encode(TEXT), encoding, 1_000, limit=len(TEXT) - 1)


def test_a_layer_in_the_middle_may_not_be_larger_either() -> None:
    # A megabyte of empty gzip members, folded once more: nothing comes out in the end.
    folded = gzip.compress(gzip.compress(b"") * 100_000)
    with pytest.raises(OversizeError):
        decode(folded, "gzip, gzip", 1_000)


def test_codings_without_end_are_refused() -> None:
    with pytest.raises(OversizeError):
        decode(b"x", "gzip, " * 1_000 + "gzip", 1)
