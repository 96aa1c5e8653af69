"""The schema registry: the only module that knows its API (Confluent's, which Apicurio and Karapace speak too)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx

from streams.connections import tls_context
from streams.errors import IncompatibleSchemaError, RegistryError, RegistryUnreachableError, UnknownSchemaError
from streams.settings import Settings

__all__ = ["COMPATIBILITY", "SchemaRegistry"]

ATTEMPTS = 5
"""Registrations of one schema while others register it at the same moment."""

COMPATIBILITY = "FULL_TRANSITIVE"
"""Old readers read new records and new readers read old records, for every released version."""


class SchemaRegistry:
    """A client of one registry; each method is one or two requests.

    Parameters
    ----------
    settings
        Where it is, who asks, and how long one request may take.
    observe
        Called after each request with its operation, its outcome (`ok`, `unreachable`, `unknown`, `incompatible`, `error`) and its seconds.
    """

    def __init__(self, settings: Settings, observe: Callable[[str, str, float], None] = lambda *_: None) -> None:
        self.url = settings.registry_url.rstrip("/")
        self._observe = observe
        self._client = httpx.Client(
            timeout=settings.connect_timeout,
            headers={"Accept": "application/vnd.schemaregistry.v1+json"},
            auth=(settings.registry_username, settings.registry_password.get_secret_value()) if settings.registry_username else None,
            verify=tls_context(settings),
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def subjects(self) -> list[str]:
        """The subjects that are registered; the cheapest question to see that the registry answers."""
        return list(self._request("subjects", "GET", "/subjects"))

    def register(self, subject: str, schema: str) -> int:
        """Register a schema, or find it registered, and return its id.

        Raises
        ------
        IncompatibleSchemaError
            When the schema would break readers or writers of an earlier version.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                # First the level, so that no version slips in under a laxer one.
                if self.compatibility(subject) != COMPATIBILITY:
                    self._request("compatibility", "PUT", f"/config/{subject}", {"compatibility": COMPATIBILITY})
                return int(self._request("register", "POST", f"/subjects/{subject}/versions", {"schema": schema})["id"])
            except IncompatibleSchemaError:
                # Apicurio says "conflict" too to the slower of two workers that register at the same moment.
                if attempt == ATTEMPTS or not self.is_compatible(subject, schema):
                    raise
                time.sleep(0.2 * attempt)
        raise AssertionError("unreachable")

    def is_compatible(self, subject: str, schema: str) -> bool:
        """Whether the registry would take the schema as the subject's next version."""
        try:
            answer = self._request("compatibility", "POST", f"/compatibility/subjects/{subject}/versions", {"schema": schema})
        except UnknownSchemaError:
            return True
        return bool(answer["is_compatible"])

    def compatibility(self, subject: str) -> str | None:
        """The compatibility level that the subject is held to; None where it has none of its own."""
        try:
            return str(self._request("compatibility", "GET", f"/config/{subject}")["compatibilityLevel"])
        except UnknownSchemaError:
            return None

    def versions(self, subject: str) -> list[int]:
        """Numbers of the subject's versions, the oldest first; none where it is not registered."""
        try:
            return sorted(self._request("versions", "GET", f"/subjects/{subject}/versions"))
        except UnknownSchemaError:
            return []

    def version(self, subject: str, number: int) -> str:
        """One version of a subject's schema, as JSON."""
        return str(self._request("versions", "GET", f"/subjects/{subject}/versions/{number}")["schema"])

    def schema(self, schema_id: int) -> str:
        """The schema with that id, as JSON.

        Raises
        ------
        UnknownSchemaError
            When no schema has that id.
        """
        return str(self._request("schema", "GET", f"/schemas/ids/{schema_id}")["schema"])

    def _request(self, operation: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        started = time.monotonic()
        outcome = "error"
        try:
            answer = self._answer(method, path, body)
            outcome = "ok"
        except UnknownSchemaError:
            outcome = "unknown"
            raise
        except IncompatibleSchemaError:
            outcome = "incompatible"
            raise
        except RegistryUnreachableError:
            outcome = "unreachable"
            raise
        finally:
            self._observe(operation, outcome, time.monotonic() - started)
        return answer

    def _answer(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        where = f"{method} {self.url}{path}"
        try:
            response = self._client.request(method, self.url + path, json=body)
        except httpx.HTTPError as error:
            raise RegistryUnreachableError(
                f"the schema registry does not answer: {type(error).__name__}: {error}",
                where=where,
                hint="is it up, and STREAMS_REGISTRY_URL right?",
            ) from error
        if response.is_success:
            return response.json()
        what = f"HTTP {response.status_code} {_message(response)}"
        if response.status_code == httpx.codes.NOT_FOUND:
            raise UnknownSchemaError(what, where=where)
        if response.status_code == httpx.codes.CONFLICT:
            raise IncompatibleSchemaError(what, where=where, hint="add optional fields with defaults; never remove or retype one")
        if response.is_server_error:
            raise RegistryUnreachableError(what, where=where)
        if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise RegistryError(what, where=where, hint="STREAMS_REGISTRY_USERNAME and STREAMS_REGISTRY_PASSWORD say who asks")
        raise RegistryError(what, where=where)


def _message(response: httpx.Response) -> str:
    try:
        return str(response.json()["message"])[:500]
    except (json.JSONDecodeError, KeyError, TypeError):
        return response.text[:500]
