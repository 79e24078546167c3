"""What is stored of a message is small, whole, and readable whichever way it was packed."""

from __future__ import annotations

import json
import zlib
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.body import DICTIONARY, UnreadableBodyError, pack, unpack
from calls.tests.conftest import load


@given(st.binary(max_size=5_000))
def test_what_is_packed_comes_back(text: bytes) -> None:
    assert unpack(pack(text)) == text


def test_a_message_takes_less_than_zlib_makes_of_it() -> None:
    message = json.dumps(load("speech-update__caller-stopped")["message"]).encode()
    assert len(pack(message)) < 0.9 * len(zlib.compress(message))


def test_what_was_stored_before_the_dictionary_is_read() -> None:
    assert unpack(zlib.compress(b'{"type": "hang"}')) == b'{"type": "hang"}'
    assert unpack(memoryview(zlib.compress(b"{}"))) == b"{}"


@pytest.mark.parametrize(
    "body", [b"", b"not packed", pack(b"{}" * 900)[:-3], b"\x28\xb5\x2f\xfd", zlib.compress(b"{}" * 900)[:-3]]
)
def test_what_cannot_be_read_says_so(body: bytes) -> None:
    with pytest.raises(UnreadableBodyError):
        unpack(body)


def test_threads_pack_beside_each_other() -> None:
    texts = [json.dumps({"type": "transcript", "transcript": str(number) * 300}).encode() for number in range(2_000)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda text: unpack(pack(text)), texts)) == texts


def test_the_dictionary_is_the_one_that_stored_messages_were_packed_with() -> None:
    """Another could read none of them. A new one stands beside it, under a number of its own."""
    assert DICTIONARY.dict_id() == 1
    assert (
        sha256(DICTIONARY.as_bytes()).hexdigest() == "149171939e404af63be0abd874a3d80bc32cce09891abe30eef4c75ce8c0ad20"
    )
