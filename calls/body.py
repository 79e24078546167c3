"""A stored body: a message or an assistant as JSON, packed by zstd with a dictionary of what Vapi's messages share.

Messages are short, and alike: one alone has little to pack it by. With the dictionary the sandbox's take a third of
what zlib makes of them, in half its time, and are read in a third (docs/decisions/0017).
"""

from __future__ import annotations

import threading
import zlib
from functools import cached_property
from pathlib import Path

import msgspec
from zstandard import ZstdCompressionDict, ZstdCompressor, ZstdDecompressor, ZstdError

ZSTD = b"\x28\xb5\x2f\xfd"
LEVEL = 1
# Never to be changed: what was packed with it is read with it. python -m bench.dictionary made it.
DICTIONARY = ZstdCompressionDict(Path(__file__).with_suffix(".dictionary").read_bytes())
DICTIONARY.precompute_compress(LEVEL)


class UnreadableBodyError(ValueError):
    """It was not packed here, or not all of it is there."""


class _Tools(threading.local):
    """Neither can be used by two threads at once."""

    @cached_property
    def packer(self) -> ZstdCompressor:
        return ZstdCompressor(LEVEL, dict_data=DICTIONARY)

    @cached_property
    def unpacker(self) -> ZstdDecompressor:
        return ZstdDecompressor(dict_data=DICTIONARY)


_tools = _Tools()


def pack(text: bytes | msgspec.Raw) -> bytes:
    return _tools.packer.compress(text)


def unpack(body: bytes | memoryview) -> bytes:
    """Raises UnreadableBodyError. Bodies stored before the dictionary was are zlib's."""
    try:
        return _tools.unpacker.decompress(body) if body[:4] == ZSTD else zlib.decompress(body)
    except (ZstdError, zlib.error) as error:
        raise UnreadableBodyError(str(error)) from None
