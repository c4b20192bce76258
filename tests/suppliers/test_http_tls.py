"""A TLS connection that breaks while an answer is awaited: the request may have been acted on."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.suppliers.budget import Budget
from bot.suppliers.http import Call, Http, Lost
from tests.factories import NOW

UNSEALED = b"\x17\x03\x03\x00\x20" + bytes(32)
"""A record of application data that nobody's key sealed (RFC 8446, 5.2)."""


def certificate(path: Path) -> Path:
    """A key and its own certificate for this machine, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "local")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


@asynccontextmanager
async def breaking(certificate_file: Path) -> AsyncGenerator[int]:
    """A server that shakes hands, hears the request and then sends what cannot be decrypted; yields its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file)
    hung_up = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard, said = ssl.MemoryBIO(), ssl.MemoryBIO()
        talk, request = context.wrap_bio(heard, said, server_side=True), b""
        while b"\r\n\r\n" not in request:
            try:
                talk.do_handshake()
                request += talk.read()
            except ssl.SSLWantReadError:
                writer.write(said.read())
                heard.write(await reader.read(65536))
        writer.write(UNSEALED)
        writer.close()
        await writer.wait_closed()
        hung_up.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.wait_for(hung_up.wait(), 20)


async def test_an_answer_that_cannot_be_decrypted_leaves_open_what_was_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = certificate(tmp_path / "local.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    async with breaking(trusted) as port:
        http = Http("voodoo", f"https://127.0.0.1:{port}", Budget(100, 10, 4), now=lambda: NOW)
        with pytest.raises(Lost, match="SSLError"):
            await http.send(Call("create", fresh=True), "POST", "/api/v1/orders", content=b"{}")
        await http.close()
