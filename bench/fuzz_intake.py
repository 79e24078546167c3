"""Ten minutes of guided mutation of real deliveries against the core of intake: python -m bench.fuzz_intake

Coverage steers the mutations through our own code (calls.intake, calls.message). No database: the core does no I/O.
atheris is in no requirements file, since its wheels exist for few machines: `pip install atheris` first.
Whatever it finds is written to .local/fuzz as `crash-…`; give that file as an argument to see it again.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import os
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SECRET = "fuzz-secret"  # noqa: S105  opens nothing
ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "calls/tests/fixtures"
FOUND = ROOT / ".local/fuzz"
LARGEST = 64 * 1024
NOT_INSTALLED = """\
!! NOTHING WAS FUZZED: atheris is not installed. Where it has a wheel for this Python and machine: pip install atheris
!! The property tests of calls/tests/intake/test_fuzz.py run without it.
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz_intake", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("again", nargs="*", help="files of earlier findings")
    options = parser.parse_args()
    if find_spec("atheris") is None:
        sys.stderr.write(NOT_INSTALLED)
        return 0
    fuzz(options.seconds, options.again)
    return 0


def fuzz(seconds: int, again: list[str]) -> None:
    """Does not return: atheris ends the process, with 0 where nothing was found."""
    import atheris

    with atheris.instrument_imports(include=["calls.intake", "calls.message"]):
        check = checker()
    corpus = FOUND / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    what = again or [str(corpus), str(SEEDS)]
    flags = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", f"-artifact_prefix={FOUND}/"]
    flags += ["-timeout=10", "-len_control=0"]
    atheris.Setup([sys.argv[0], *flags, *what], check)
    atheris.Fuzz()


def checker() -> Any:
    """Imported here, so that the coverage of what it calls is measured."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "supportvoice.settings", "LOCAL_MODE": "1"}
    import django
    from django.test import override_settings

    django.setup()
    key = base64.urlsafe_b64encode(bytes(32)).decode()
    known = {"VAPI_SERVER_SECRETS": [SECRET], "VAPI_HMAC_SECRETS": [], "VAPI_BEARER_HEADER": "", "FIELD_KEYS": [key]}
    override_settings(**known).enable()
    from calls.intake.receive import Refused, receive, refuse_headers

    def status(headers: dict[str, bytes], body: bytes) -> int:
        outcome = refuse_headers(headers) or receive(headers, body, datetime.now(UTC))
        return outcome.status if isinstance(outcome, Refused) else 200

    def check(data: bytes) -> None:
        """The bytes as a body that is signed, as one that is not, and as the value of each header."""
        signature = hmac.new(SECRET.encode(), data, hashlib.sha256).hexdigest().encode()
        signed = {"content-type": b"application/json", "x-vapi-signature": signature}
        expect(status(signed, data), {200, 400, 413})
        expect(status(signed | {"x-vapi-signature": data[:200]}, data), {401})
        for name in ("authorization", "x-vapi-secret", "x-timestamp", "content-type", "content-length"):
            expect(status({"content-type": b"application/json", name: data[:200]}, data), {401, 413, 415})

    return check


def expect(status: int, meant: set[int]) -> None:
    if status not in meant:
        raise AssertionError(f"{status} is none of {meant}")


if __name__ == "__main__":
    sys.exit(main())
