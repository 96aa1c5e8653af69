"""How clients reach Kafka and the registry by settings, and that passwords stay out of everything that is shown."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from streams.connections import kafka_options, tls_context
from streams.errors import StreamsError
from streams.settings import Settings, load_settings
from tests.unit.test_cli import streams

SECRET = "correct-horse-battery"
SASL = {"STREAMS_SECURITY_PROTOCOL": "SASL_SSL", "STREAMS_SASL_USERNAME": "worker", "STREAMS_SASL_PASSWORD": SECRET}


def with_environment(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def test_kafka_options_of_a_user_over_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    options = kafka_options(with_environment(monkeypatch, **SASL))
    assert options["security_protocol"] == "SASL_SSL"
    assert (options["sasl_mechanism"], options["sasl_plain_username"]) == ("SCRAM-SHA-512", "worker")
    assert options["sasl_plain_password"] == SECRET
    context = options["ssl_context"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_plain_is_the_default() -> None:
    assert kafka_options(Settings()).keys() == {"bootstrap_servers", "bootstrap_timeout_ms", "security_protocol"}


def test_an_authority_of_ones_own_is_trusted_beside_the_others(tmp_path: Path) -> None:
    before = len(tls_context(Settings()).get_ca_certs())
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    assert len(tls_context(Settings().model_copy(update={"ca_file": str(tmp_path / "ca.pem")})).get_ca_certs()) == before + 1


@pytest.mark.parametrize("field", ["ca_file", "certificate_file"])
def test_a_file_that_is_not_there_is_named(field: str, tmp_path: Path) -> None:
    with pytest.raises(StreamsError, match=r"gone\.pem: cannot be used for TLS: No such file"):
        tls_context(Settings().model_copy(update={field: str(tmp_path / "gone.pem")}))


def test_sasl_without_a_user_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StreamsError, match="SASL_PLAINTEXT needs STREAMS_SASL_USERNAME"):
        with_environment(monkeypatch, STREAMS_SECURITY_PROTOCOL="SASL_PLAINTEXT", STREAMS_SASL_USERNAME="worker")


@pytest.mark.parametrize(
    "broken",
    [
        {"STREAMS_WINDOW": "many"},
        {"STREAMS_SASL_USERNAME": ""},
        {"STREAMS_SASL_MECHANISM": "ROT13"},
        {"STREAMS_REGISTRY_URL": f"https://reader:{SECRET}@registry.example/"},
    ],
)
def test_no_error_of_the_settings_shows_a_password(broken: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StreamsError) as failure:
        with_environment(monkeypatch, **{**SASL, "STREAMS_REGISTRY_PASSWORD": SECRET, **broken})
    assert SECRET not in str(failure.value)
    assert failure.value.__cause__ is None


def test_a_password_in_the_registrys_url_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StreamsError, match="STREAMS_REGISTRY_PASSWORD"):
        with_environment(monkeypatch, STREAMS_REGISTRY_URL=f"https://reader:{SECRET}@registry.example/")


def test_settings_shows_no_password() -> None:
    secret = {**SASL, "STREAMS_REGISTRY_PASSWORD": SECRET, "STREAMS_MAVEN_URL": f"https://me:{SECRET}@maven.example/"}
    done = streams("settings", environment=secret)
    assert done.returncode == 0
    shown = done.stdout.decode() + done.stderr.decode()
    assert SECRET not in shown
    assert "SASL_SSL" in shown
    assert "https://***@maven.example/" in shown


def test_another_process_gets_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = with_environment(monkeypatch, **SASL, STREAMS_WINDOW="17")
    assert with_environment(monkeypatch, **settings.environment()) == settings
