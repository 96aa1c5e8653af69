"""How every client reaches Kafka and the registry: addresses, TLS and passwords, read off the settings in one place."""

from __future__ import annotations

import ssl
from typing import Any

from streams.errors import StreamsError
from streams.settings import Settings

__all__ = ["kafka_options", "tls_context"]


def tls_context(settings: Settings) -> ssl.SSLContext:
    """What is trusted and shown in a TLS connection: always with a check of the certificate and the host name.

    Raises
    ------
    StreamsError
        When a file of the settings cannot be read.
    """
    # What the machine trusts, a company's own authority among it, and not the list that comes with a library.
    context = ssl.create_default_context()
    try:
        if settings.ca_file:
            context.load_verify_locations(settings.ca_file)
        if settings.certificate_file:
            context.load_cert_chain(settings.certificate_file, settings.key_file or None)
    except OSError as error:
        files = ", ".join(filter(None, (settings.ca_file, settings.certificate_file, settings.key_file)))
        raise StreamsError(
            f"cannot be used for TLS: {error.strerror or error}",
            where=files,
            hint="STREAMS_CA_FILE, STREAMS_CERTIFICATE_FILE and STREAMS_KEY_FILE name PEM files",
        ) from error
    return context


def kafka_options(settings: Settings) -> dict[str, Any]:
    """What each of kafka-python's clients has to be given to reach the broker."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap_servers.split(","),
        "bootstrap_timeout_ms": int(settings.connect_timeout * 1000),
        "security_protocol": settings.security_protocol,
    }
    if settings.security_protocol.endswith("SSL"):
        options["ssl_context"] = tls_context(settings)
    if settings.security_protocol.startswith("SASL_"):
        options["sasl_mechanism"] = settings.sasl_mechanism
        options["sasl_plain_username"] = settings.sasl_username
        options["sasl_plain_password"] = settings.sasl_password.get_secret_value()
    return options
