"""What the doctor tries out: each check, well and wrong, and what it says where it cannot look."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import call_command
from django.test import Client

from calls.doctor.account import Account
from calls.doctor.checks import ALL
from calls.doctor.examination import examine
from calls.doctor.message_types import OWN_TYPE
from calls.doctor.report import report
from calls.doctor.said import Said
from calls.doctor.signing import signed_headers
from calls.intake.endpoints import MAIN, endpoints
from calls.intake.signature import PROOF, Proof
from calls.models import Event, Pending
from calls.tests.assistants.folder import AGENT, write
from calls.tests.conftest import SECRET
from calls.tests.dashboard.conftest import client_in
from calls.tests.vapi.upstream import Answer, upstream
from calls.vapi import client as vapi_client
from calls.vapi.rest import Rest, RestError

BODY = b'{"message": {"type": "supportvoice.doctor"}}'


def said(name: str) -> list[tuple[str, str]]:
    (found,) = (one for one in examine() if one.name == name)
    return [(one.state, one.text) for one in found.said]


def states(name: str) -> list[str]:
    return [state for state, _ in said(name)]


def doctor(*arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(str(ended.code))
    return out.getvalue(), 0


@contextmanager
def served(
    status: int = 401, location: str = "", context: ssl.SSLContext | None = None, scheme: str = "http"
) -> Iterator[str]:
    """A server in our place that always answers the same."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            if location:
                self.send_header("location", location)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{scheme}://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def served_with_tls(folder: Path, days: float, name: str = "localhost") -> Iterator[tuple[str, Path]]:
    """With a certificate of its own, which the second value is."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days, minutes=5))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    unlocked = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, unlocked)
    path.write_bytes(made.public_bytes(pem) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with served(context=context, scheme="https") as url:
        yield url, path


def test_every_check_says_something_and_none_stops_the_others(db: None, settings: Any, tmp_path: Path) -> None:
    settings.ASSISTANTS_DIR = write(tmp_path / "assistants", support_md="---\n: [broken\n---\n")
    found = examine()
    assert [one.name for one in found] == list(ALL)
    assert all(one.said for one in found)


def test_what_cannot_be_checked_is_said_and_is_not_wrong(db: None) -> None:
    text, code = doctor()
    assert code == 0, text
    assert "not checked  keys: VAPI_API_KEY is not set" in text
    assert "not checked  webhook: PUBLIC_URL is not set" in text
    assert "not checked  tools: No Vapi key is set" in text
    assert "not checked  clock: No Vapi key is set" in text
    assert "ok           clock: This machine's clock agrees with PostgreSQL's." in text


def test_offline_asks_nobody(db: None, settings: Any) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    assert "webhook:" not in doctor("--offline")[0]
    assert doctor("--offline")[1] == 0
    assert doctor()[1] == 1


def test_without_any_secret_the_keys_are_wrong(db: None, settings: Any) -> None:
    settings.VAPI_SERVER_SECRETS = []
    assert [state for state, text in said("keys") if "secret" in text] == ["WRONG"]


def test_a_key_that_vapi_refuses_is_wrong_and_is_not_repeated(db: None, settings: Any) -> None:
    with upstream() as there:
        there.answers["/assistant"] = Answer(401, b'{"message": "Invalid Key."}')
        settings.VAPI_API_KEY, settings.VAPI_API_URL = "private-one", there.url
        text, code = doctor()
    assert code == 1 and "WRONG        keys: Vapi refused the key" in text and "Organisation, API keys" in text
    assert "not checked  tools: Vapi refused the key" in text
    assert "private-one" not in text


def test_a_server_that_nobody_reaches_is_wrong(db: None, settings: Any) -> None:
    settings.PUBLIC_URL = "http://localhost:9"
    [(state, text)] = said("webhook")
    assert state == "WRONG" and "could not be reached from this machine" in text
    assert states("signature") == ["not checked"]


@pytest.mark.parametrize("url", ["http://desk.example", "ftp://desk.example"])
def test_only_https_is_right_for_vapi(db: None, settings: Any, url: str) -> None:
    settings.PUBLIC_URL = url
    [(state, text)] = said("webhook")
    assert state == "WRONG" and "https://" in text


@pytest.mark.parametrize("url", ["https://10.1.2.3", "https://[::ffff:192.168.0.1]"])
def test_an_address_inside_is_not_asked(db: None, settings: Any, url: str) -> None:
    settings.PUBLIC_URL = url
    [(state, text)] = said("webhook")
    assert state == "not checked" and "inside this network" in text


def test_this_machine_is_nowhere_for_vapi(db: None, settings: Any) -> None:
    settings.LOCAL_MODE, settings.PUBLIC_URL = False, "http://127.0.0.1:8000"
    assert states("webhook") == states("signature") == ["not checked"]


@pytest.mark.parametrize(
    ("status", "location", "words"),
    [
        (301, "https://www.desk.example/webhook/vapi", "redirects to https://www.desk.example/webhook/vapi"),
        (404, "", "something else answers there"),
        (521, "", "answered 521"),
    ],
)
def test_an_answer_that_is_not_ours_is_wrong(db: None, settings: Any, status: int, location: str, words: str) -> None:
    with served(status, location) as settings.PUBLIC_URL:
        state, text = said("webhook")[0]
        assert state == "WRONG" and words in text
        assert states("signature") == ["WRONG"]


Trust = Callable[[Path | None], None]


@pytest.fixture
def trusting(db: None, monkeypatch: pytest.MonkeyPatch) -> Trust:
    """trusting(path): who asks knows that certificate; None: only those of the world."""

    def trust(path: Path | None) -> None:
        monkeypatch.setattr(vapi_client, "tls", lambda: ssl.create_default_context(cafile=path))

    return trust


@pytest.mark.parametrize(("days", "state"), [(60, "ok"), (15, "note"), (3, "WRONG")])
def test_the_certificates_days_are_counted(
    settings: Any, tmp_path: Path, trusting: Trust, days: int, state: str
) -> None:
    with served_with_tls(tmp_path, days) as (settings.PUBLIC_URL, path):
        trusting(path)
        reached, certificate = said("webhook")
    assert reached[0] == "ok"
    assert certificate[0] == state and f"{days} days" in certificate[1]


@dataclass
class Bad:
    """A certificate that is not right, and what is said of it."""

    words: str
    days: int = 60
    name: str = "localhost"
    is_known: bool = True


@pytest.mark.parametrize(
    "bad",
    [
        Bad("self-signed certificate", is_known=False),
        Bad("certificate has expired", days=-1),
        Bad("Hostname mismatch", name="desk.example"),
    ],
)
def test_a_certificate_that_does_not_hold_is_wrong(settings: Any, tmp_path: Path, trusting: Trust, bad: Bad) -> None:
    with served_with_tls(tmp_path, bad.days, bad.name) as (settings.PUBLIC_URL, path):
        trusting(path if bad.is_known else None)
        [(state, text)] = said("webhook")
    assert state == "WRONG" and bad.words in text


SCHEMES: list[dict[str, Any]] = [
    {"VAPI_SERVER_SECRETS": ["one", "two"]},
    {"VAPI_SERVER_SECRETS": ["one"], "VAPI_BEARER_HEADER": "X-Key"},
    {"VAPI_SERVER_SECRETS": ["one"], "VAPI_BEARER_HEADER": "X-Key", "VAPI_BEARER_PREFIX": ""},
    {"VAPI_HMAC_SECRETS": ["one"]},
    {"VAPI_HMAC_SECRETS": ["one"], "VAPI_HMAC_INCLUDE_TIMESTAMP": "0", "VAPI_HMAC_ALGORITHM": "sha512"},
    {
        "VAPI_HMAC_SECRETS": ["whsec_b25lIHNlY3JldA=="],
        "VAPI_HMAC_SECRET_IS_BASE64": "1",
        "VAPI_HMAC_ENCODING": "base64",
        "VAPI_HMAC_PREFIX": "v1,",
        "VAPI_HMAC_MESSAGE_ID_HEADER": "svix-id",
        "VAPI_HMAC_PAYLOAD_FORMAT": "{svix-id}.{timestamp}.{body}",
    },
]


@pytest.mark.parametrize("options", SCHEMES)
def test_what_is_signed_is_what_the_scheme_accepts(settings: Any, options: dict[str, Any]) -> None:
    for name, value in options.items():
        setattr(settings, name, value)
    scheme = endpoints().by_name[MAIN].scheme
    headers = {name.lower(): value.encode() for name, value in signed_headers(scheme, BODY).items()}
    proof = scheme.verify(headers, BODY, datetime.now(UTC).timestamp())
    assert isinstance(proof, Proof) and (proof == PROOF or proof.message_id)
    assert not isinstance(scheme.verify({}, BODY, datetime.now(UTC).timestamp()), Proof)


@pytest.mark.django_db(transaction=True)
def test_the_round_trip_goes_through_our_own_server(live_server: Any, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    settings.WEBHOOK_ENDPOINTS = '{"tools": {"scheme": "hmac", "secrets": ["another"]}}'
    assert said("signature") == [
        ("ok", "/webhook/vapi takes what is signed and refuses what is not."),
        ("ok", "/webhook/vapi/tools takes what is signed and refuses what is not."),
    ]
    assert states("webhook") == ["ok", "note"]


@pytest.mark.django_db(transaction=True)
def test_its_own_message_is_harmless_and_says_nothing_of_vapi(live_server: Any, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    examine()
    assert set(Event.objects.values_list("type", "call_id")) == {(OWN_TYPE, None)}
    assert not Pending.objects.exists()
    found = report("https://desk.example")
    assert OWN_TYPE not in [one.type for one in found.types]
    assert any("Nothing has been received yet" in one.text for one in found.findings)


@pytest.mark.django_db(transaction=True)
def test_another_secret_in_the_web_process_is_found(
    live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_URL = live_server.url
    monkeypatch.setattr(
        import_module("calls.doctor.checks.signature"), "signed_headers", lambda *_: {"x-vapi-secret": "old"}
    )
    [(state, text)] = said("signature")
    assert state == "WRONG" and "another secret" in text and SECRET not in text


def test_an_open_door_is_wrong(db: None, settings: Any) -> None:
    with served(200) as settings.PUBLIC_URL:
        assert "takes unsigned messages" in said("signature")[0][1]
        assert said("signature")[0][0] == "WRONG"


OURS = {"getTicket": {"name": "getTicket", "description": "Reads.", "parameters": {"type": "object"}}}
US, THEM = {"url": "https://desk.example/webhook/vapi"}, {"url": "https://other.example"}


def row(function: dict[str, Any], server: dict[str, str] | None = None) -> dict[str, Any]:
    return {"type": "function", "function": function, "server": US if server is None else server}


@pytest.mark.parametrize(
    ("rows", "state", "words"),
    [
        ([row(OURS["getTicket"])], "ok", "1 of the 1 tools"),
        ([row({**OURS["getTicket"], "description": "Old."})], "note", "otherwise at Vapi than here: getTicket"),
        ([row({"name": "bookTable"})], "WRONG", "asks this server for bookTable"),
        ([row({"name": "bookTable"}, THEM), {"type": "endCall"}], "note", "No tool at Vapi asks this server"),
    ],
)
def test_tools_are_compared_with_the_code(rows: list[dict[str, Any]], state: str, words: str) -> None:
    [one] = tools_compared(rows)
    assert one.state == state and words in one.text


def tools_compared(rows: list[dict[str, Any]]) -> list[Said]:
    from calls.doctor.checks.tools import compared

    return list(compared(OURS, rows, US["url"]))


@pytest.mark.parametrize(
    ("ahead_s", "state", "words"),
    [(0.4, "ok", "agrees"), (-30, "note", "30 s behind Vapi's"), (90, "WRONG", "90 s ahead of Vapi's")],
)
def test_a_clock_that_is_off_is_found(ahead_s: float, state: str, words: str) -> None:
    from calls.doctor.checks.clock import said as clock_said

    found = clock_said("Vapi's", ahead_s)
    assert found.state == state and words in found.text


def test_an_account_that_fails_is_not_asked_again(settings: Any) -> None:
    settings.VAPI_API_KEY, settings.VAPI_API_URL = "key", "http://127.0.0.1:9"
    asked: list[int] = []

    def question(rest: Rest) -> None:
        asked.append(1)
        rest.clock()

    account = Account()
    for _ in range(3):
        with pytest.raises(RestError):
            account.ask(question)
    assert asked == [1]


def test_lint_and_drift_are_said(db: None, settings: Any, tmp_path: Path) -> None:
    settings.ASSISTANTS_DIR = write(tmp_path / "assistants", support_md=AGENT)
    assert any("[no-person]" in text for _, text in said("lint"))
    assert states("drift") == ["note"]
    settings.ASSISTANTS_DIR = write(tmp_path / "broken", support_md="---\nname: [\n---\nHello")
    assert states("lint")[0] == "WRONG" and "support.md" in said("lint")[0][1]
    assert states("drift") == ["not checked"]


def test_the_page_tries_out_what_is_asked_for(admin: Client) -> None:
    assert "Check now" in admin.get("/doctor/").content.decode()
    html = admin.post("/doctor/checks").content.decode()
    assert "not checked" in html and "PUBLIC_URL is not set" in html


@pytest.fixture
def admin(db: None) -> Client:
    return client_in("admin", is_staff=True)
