"""Kafka with TLS and passwords, the registry behind TLS and basic authentication: every client, with certificates made here."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # imported there, and not named as exported
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from kafka import KafkaProducer

from streams.administration import create_topics
from streams.connections import kafka_options
from streams.errors import BrokerError, RegistryError, RegistryUnreachableError
from streams.settings import Settings
from streams.stack.server import free_port
from streams.stack.stack import Listener, Stack, running_stack
from streams.wire.contract import register_schemas
from streams.wire.registry import SchemaRegistry
from tests.broker.conftest import Worker, send, wait_for
from tests.broker.test_commands import streams

USER, PASSWORD = "pipeline", "correct-horse-battery"
READER, READER_PASSWORD = "reader", "staple-of-the-registry"
SECRETS = (PASSWORD, READER_PASSWORD, base64.b64encode(f"{READER}:{READER_PASSWORD}".encode()).decode())

SCRAM_LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
PLAIN_LOGIN = f'org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'

ARTICLE = json.dumps({"id": "a", "text": "Poland will send 20 Leopard 2 tanks to Ukraine, Defence Minister Jan Nowak said."}).encode()


class Guard:
    """A reverse proxy as it stands before a registry: speaks TLS, asks for a password, passes the rest on."""

    def __init__(self, target: str, context: ssl.SSLContext) -> None:
        wanted = "Basic " + base64.b64encode(f"{READER}:{READER_PASSWORD}".encode()).decode()
        self.refused = 0
        guard = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers.get("Authorization") != wanted:
                    guard.refused += 1
                    status, content = 401, b'{"error_code": 401, "message": "who are you?"}'
                else:
                    kept = {name: value for name, value in self.headers.items() if name in ("Accept", "Content-Type")}
                    passed = httpx.request(self.command, target + self.path, content=body, headers=kept, timeout=30)
                    status, content = passed.status_code, passed.content
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names that the base class calls

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    folder = tmp_path_factory.mktemp("certificates")
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(folder / "ca.pem"))
    return ca, folder


def in_pkcs8(certificate: trustme.LeafCert) -> bytes:
    """Key and certificates of the broker: Java reads a private key only in this form."""
    key = serialization.load_pem_private_key(certificate.private_key_pem.bytes(), password=None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + b"".join(c.bytes() for c in certificate.cert_chain_pems)


@pytest.fixture(scope="module")
def secure_stack(authority: tuple[trustme.CA, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, dict[str, int]]]:
    """A stack whose broker has, beside the plain door, one for each way to prove oneself."""
    ca, folder = authority
    (folder / "broker.pem").write_bytes(in_pkcs8(ca.issue_cert("127.0.0.1")))
    tls = {"ssl.keystore.type": "PEM", "ssl.keystore.location": str(folder / "broker.pem")}
    mutual = {"ssl.truststore.type": "PEM", "ssl.truststore.location": str(folder / "ca.pem"), "ssl.client.auth": "required"}
    scram = {
        "sasl.enabled.mechanisms": "SCRAM-SHA-512,SCRAM-SHA-256",
        "scram-sha-512.sasl.jaas.config": SCRAM_LOGIN,
        "scram-sha-256.sasl.jaas.config": SCRAM_LOGIN,
    }
    plain = {"sasl.enabled.mechanisms": "PLAIN", "plain.sasl.jaas.config": PLAIN_LOGIN}
    doors = [
        Listener("SCRAM", "SASL_SSL", free_port(), properties=tls | scram),
        Listener("PLAIN", "SASL_SSL", free_port(), properties=tls | plain),
        Listener("PASSWORD", "SASL_PLAINTEXT", free_port(), properties=scram),
        Listener("MUTUAL", "SSL", free_port(), properties=tls | mutual),
    ]
    with running_stack(tmp_path_factory.mktemp("secure"), Settings(), listeners=doors) as stack:
        admin = AdminClient({"bootstrap.servers": stack.connection["bootstrap_servers"]})
        for mechanism in (ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512):
            change = UserScramCredentialUpsertion(USER, ScramCredentialInfo(mechanism, 4096), PASSWORD.encode())
            admin.alter_user_scram_credentials([change])[USER].result(timeout=30)
        yield stack, {door.name: door.port for door in doors}


@pytest.fixture(scope="module")
def guard(authority: tuple[trustme.CA, Path], secure_stack: tuple[Stack, dict[str, int]]) -> Iterator[Guard]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority[0].issue_cert("127.0.0.1").configure_cert(context)
    guard = Guard(secure_stack[0].connection["registry_url"].partition("/apis")[0], context)
    yield guard
    guard.close()


@pytest.fixture
def secured(
    authority: tuple[trustme.CA, Path], secure_stack: tuple[Stack, dict[str, int]], guard: Guard, request: pytest.FixtureRequest
) -> Callable[..., Settings]:
    def make(door: str, **changes: Any) -> Settings:
        name = f"{request.node.name.partition('[')[0]}-{door}".lower()
        environment = {
            "bootstrap_servers": f"127.0.0.1:{secure_stack[1][door]}",
            "registry_url": f"https://127.0.0.1:{guard.port}/apis/ccompat/v7",
            "registry_username": READER,
            "registry_password": READER_PASSWORD,
            "ca_file": str(authority[1] / "ca.pem"),
            "security_protocol": {"PASSWORD": "SASL_PLAINTEXT", "MUTUAL": "SSL"}.get(door, "SASL_SSL"),
            "sasl_mechanism": "PLAIN" if door == "PLAIN" else "SCRAM-SHA-512",
            "sasl_username": USER,
            "sasl_password": PASSWORD,
            "topic_prefix": f"{name}.",
            "group": name,
            "partitions": 1,
            "processes": 1,
            "health_port": free_port(),
            "metrics_port": free_port(),
        }
        return Settings.model_validate({**environment, **changes})

    return make


@pytest.fixture
def certificate(authority: tuple[trustme.CA, Path]) -> str:
    path = authority[1] / "client.pem"
    authority[0].issue_cert("client@streams.example").private_key_and_cert_chain_pem.write_to_path(str(path))
    return str(path)


def test_the_whole_way_with_scram_and_tls_and_no_password_is_shown(secured: Callable[..., Settings], tmp_path: Path) -> None:
    settings = secured("SCRAM", log_level="DEBUG")
    worker = Worker(settings, tmp_path / "worker.log")
    try:
        # The topics and schemas are the worker's own work here: administration, registration, consumer and producer all proved themselves.
        worker.wait_until_ready()
        (tmp_path / "a.json").write_bytes(ARTICLE)
        produced = streams(settings, "produce", str(tmp_path / "a.json"))
        assert produced.returncode == 0, produced.stderr
        wait_for(lambda: worker.metric("streams_articles_processed_total") == 1, worker.log.read_text)
        tailed = streams(settings, "tail", "events.weapons-pledge", "--from-beginning", "--no-follow", "--json")
        assert json.loads(tailed.stdout)["type"] == "weapons-pledge", tailed.stderr
        pages = [answer.text for path in ("/metrics", "/readyz", "/livez") if (answer := worker.get(path))]
        assert len(pages) == 3
        shown = streams(settings, "settings")
        assert worker.stop() == 0
    finally:
        worker.process.kill()
    everything = [*pages, worker.log.read_text(), produced.stderr, tailed.stderr, shown.stdout, shown.stderr]
    assert not [secret for secret in SECRETS for text in everything if secret in text]


@pytest.mark.parametrize(
    ("door", "changes"), [("SCRAM", {"sasl_mechanism": "SCRAM-SHA-256"}), ("PLAIN", {}), ("PASSWORD", {}), ("MUTUAL", {})]
)
def test_a_worker_comes_in_by_every_door(
    secured: Callable[..., Settings], certificate: str, tmp_path: Path, door: str, changes: dict[str, str]
) -> None:
    if door == "MUTUAL":
        changes = {"certificate_file": certificate}
    settings = secured(door, **changes)
    worker = Worker(settings, tmp_path / "worker.log")
    try:
        worker.wait_until_ready()
        producer = KafkaProducer(**kafka_options(settings))
        send(producer, settings, ARTICLE)
        producer.close()
        wait_for(lambda: worker.metric("streams_events_emitted_total") == 1, worker.log.read_text)
        assert worker.stop() == 0
    finally:
        worker.process.kill()


@pytest.mark.parametrize(
    ("door", "changes"),
    [
        ("SCRAM", {"sasl_password": "wrong-horse"}),
        ("SCRAM", {"ca_file": ""}),
        ("SCRAM", {"security_protocol": "SSL"}),
        ("PLAIN", {"sasl_password": "wrong-horse"}),
        ("MUTUAL", {}),
    ],
)
def test_who_does_not_prove_itself_is_not_let_in(secured: Callable[..., Settings], door: str, changes: dict[str, str]) -> None:
    settings = secured(door, **changes, connect_timeout=3)
    with pytest.raises(BrokerError) as failure:
        create_topics(settings)
    assert not [secret for secret in (*SECRETS, "wrong-horse") if secret in str(failure.value)]


def test_the_worker_ends_with_1_and_says_so_when_its_password_is_wrong(secured: Callable[..., Settings], tmp_path: Path) -> None:
    settings = secured("SCRAM", sasl_password="wrong-horse", connect_timeout=3, startup_timeout=5)
    worker = Worker(settings, tmp_path / "worker.log")
    assert worker.process.wait(60) == 1
    log = worker.log.read_text()
    assert "wrong-horse" not in log
    assert "STREAMS_SASL" in log
    assert "Traceback" not in log


def test_the_registry_asks_who_it_is(secured: Callable[..., Settings], guard: Guard) -> None:
    refused = guard.refused
    registry = SchemaRegistry(secured("SCRAM", registry_password="wrong-horse"))
    with pytest.raises(RegistryError, match="HTTP 401 who are you") as failure:
        registry.subjects()
    registry.close()
    assert guard.refused > refused
    assert "wrong-horse" not in str(failure.value)
    registry = SchemaRegistry(secured("SCRAM", ca_file=""))
    with pytest.raises(RegistryUnreachableError, match="CERTIFICATE_VERIFY_FAILED"):
        registry.subjects()
    registry.close()
    settings = secured("SCRAM")
    registry = SchemaRegistry(settings)
    assert register_schemas(registry, settings)
    registry.close()
