"""Trains a dictionary for calls/body.py on what is stored: python -m bench.dictionary FILE

DATABASE_URL is that of an installation that has heard the sandbox's calls and no others (`manage.py sandbox`): what
real callers say belongs into nobody's repository. First it is trained on every second call and tried on the others.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import psycopg
from zstandard import ZstdCompressionDict, ZstdCompressor, train_dictionary

from calls.body import LEVEL, unpack

SIZE_BYTES = 8 * 1024
NUMBER = 1


def main(arguments: Sequence[str] | None = None) -> int:
    (file,) = sys.argv[1:] if arguments is None else arguments
    calls, assistants = stored(os.environ["DATABASE_URL"])
    half, other = (list(chain.from_iterable(calls[at::2])) for at in (0, 1))
    tried = ZstdCompressor(LEVEL, dict_data=trained(half))
    alone = ZstdCompressor(LEVEL)
    sys.stdout.write(
        f"{len(other)} bodies of {mean(other)} bytes: packed alone {mean([alone.compress(one) for one in other])}, "
        f"with the other half's dictionary {mean([tried.compress(one) for one in other])}\n"
    )
    Path(file).write_bytes(trained([*half, *other, *assistants]).as_bytes())
    return 0


def stored(url: str) -> tuple[list[list[bytes]], list[bytes]]:
    """Each call's bodies, and the assistants'."""
    calls: defaultdict[str | None, list[bytes]] = defaultdict(list)
    with psycopg.connect(url) as connection:
        for call_id, body in connection.execute("SELECT call_id, body FROM calls_event ORDER BY call_id, id"):
            calls[call_id].append(unpack(body))
        assistants = [unpack(body) for (body,) in connection.execute("SELECT body FROM calls_assistantsnapshot")]
    return list(calls.values()), assistants


def trained(bodies: Sequence[bytes]) -> ZstdCompressionDict:
    return train_dictionary(SIZE_BYTES, [*bodies], level=LEVEL, dict_id=NUMBER)


def mean(bodies: Sequence[bytes]) -> int:
    return round(sum(map(len, bodies)) / len(bodies))


if __name__ == "__main__":
    sys.exit(main())
