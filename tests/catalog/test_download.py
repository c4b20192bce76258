"""Where a catalog may come from: a server of the operator's choice, and only as safely as it was chosen."""

import http.server
import ipaddress
import ssl
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.catalog.download import Unobtainable, obtain

MOST = 1 << 20


class Redirecting(http.server.ThreadingHTTPServer):
    """Answers every request with a redirect to ``target``, and remembers who asked for what."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.target = ""
        self.asked: list[str] = []


class Answer(http.server.BaseHTTPRequestHandler):
    """One request."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Redirecting)
        self.server.asked.append(self.path)
        self.send_response(302)
        self.send_header("Location", self.server.target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


@contextmanager
def running(server: Redirecting) -> Generator[Redirecting]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def plain() -> Iterator[Redirecting]:
    with running(Redirecting()) as server:
        yield server


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redirecting]:
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Redirecting()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with running(server):
        yield server


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    day = timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


def fetch(source: str, folder: Path) -> None:
    obtain((source,), folder, None, folder / "download", MOST, lambda _done, _total: None)


def test_a_redirect_from_https_to_plain_http_is_not_even_asked(
    secure: Redirecting, plain: Redirecting, tmp_path: Path
) -> None:
    secure.target = f"http://127.0.0.1:{plain.server_port}/latest/meta-data"
    with pytest.raises(Unobtainable, match="redirects from https to plain http"):
        fetch(f"https://127.0.0.1:{secure.server_port}/catalog", tmp_path)
    assert (secure.asked, plain.asked) == (["/catalog"], [])


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "http://", "//"])
def test_a_redirect_to_anything_but_the_web_is_an_error_of_one_line(
    plain: Redirecting, tmp_path: Path, target: str
) -> None:
    plain.target = target
    with pytest.raises(Unobtainable) as reason:
        fetch(f"http://127.0.0.1:{plain.server_port}/catalog", tmp_path)
    assert "\n" not in str(reason.value)
    assert not (tmp_path / "download").exists()


def test_redirects_in_a_circle_end(plain: Redirecting, tmp_path: Path) -> None:
    plain.target = "/catalog"
    with pytest.raises(Unobtainable, match="TooManyRedirects"):
        fetch(f"http://127.0.0.1:{plain.server_port}/catalog", tmp_path)
    assert len(plain.asked) <= 6
