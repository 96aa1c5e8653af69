"""The one tree of errors: each says what was wrong, where, and what to do."""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "ArticleCrashedError",
    "ArticleFileError",
    "ArticleTimedOutError",
    "ArticleTooHungryError",
    "BrokerError",
    "DatabaseAwayError",
    "DecodeError",
    "EncodeError",
    "IncompatibleSchemaError",
    "InvalidArticleError",
    "OvertakenError",
    "PassedOverError",
    "PoolError",
    "RefusedEventError",
    "RegistryError",
    "RegistryUnreachableError",
    "RejectedArticleError",
    "ReplayError",
    "ReplayStoppedError",
    "SinkError",
    "StackError",
    "StreamsError",
    "UnknownSchemaError",
    "UsageError",
]


class StreamsError(Exception):
    """Base of every error that this package raises on purpose.

    Parameters
    ----------
    what
        What was wrong, one clause.
    where
        File and line, topic, partition and offset, or address.
    hint
        What the reader can do about it.
    """

    exit_code: ClassVar[int] = 1
    """What a command that it ends exits with."""

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} ({self.hint})" if self.hint else text

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments are lost by the default pickling of exceptions, and errors cross from the pool's processes.
        return _rebuild, (type(self), self.what, self.where, self.hint)


def _rebuild(kind: type[StreamsError], what: str, where: str, hint: str) -> StreamsError:
    return kind(what, where=where, hint=hint)


class UsageError(StreamsError):
    """A command was given what it cannot take."""

    exit_code = 2


class StackError(StreamsError):
    """A part of the embedded stack did not start, or did not stop."""


class BrokerError(StreamsError):
    """Kafka could not be reached, or refused."""


class RegistryError(StreamsError):
    """The schema registry answered with an error."""


class RegistryUnreachableError(RegistryError):
    """The schema registry did not answer; worth trying again."""


class UnknownSchemaError(RegistryError):
    """The schema registry does not know the schema."""


class IncompatibleSchemaError(RegistryError):
    """The schema registry refuses a schema that would break readers or writers."""


class ArticleFileError(StreamsError):
    """A file, or a line of it, holds no article."""


class ReplayError(StreamsError):
    """A replay must not begin, or did not do what it planned."""


class ReplayStoppedError(StreamsError):
    """A replay was stopped before its end; what is done is noted, and it can go on."""

    exit_code = 3


class SinkError(StreamsError):
    """The database of a sink cannot be opened, or refused."""


class DatabaseAwayError(SinkError):
    """The database of a sink did not answer; worth trying again."""


class OvertakenError(SinkError):
    """Another sink has written in the meantime what this one was about to; worth reading the positions again."""


class RefusedEventError(SinkError):
    """The database of a sink cannot hold an event."""


class PassedOverError(StreamsError):
    """Records that the broker holds were left out by the stream: to go on would be to lose them."""


class PoolError(StreamsError):
    """The processes that enrich articles cannot be started; not the fault of an article."""


class RejectedArticleError(StreamsError):
    """One article cannot be processed; it goes to the dead-letter topic and stops nothing."""

    stage: ClassVar[str] = "enrich"
    reason: ClassVar[str] = "error"


class DecodeError(RejectedArticleError):
    """The record's bytes are neither Avro of a registered schema nor JSON."""

    stage = "decode"
    reason = "decode"


class InvalidArticleError(RejectedArticleError):
    """The record could be read, but is no article that can be enriched."""

    stage = "decode"
    reason = "validation"


class EncodeError(RejectedArticleError):
    """What was found in the article does not fit its schema or its topic."""

    stage = "encode"
    reason = "encode"


class ArticleTimedOutError(RejectedArticleError):
    """Enriching the article took longer than the limit."""

    reason = "timeout"


class ArticleTooHungryError(RejectedArticleError):
    """Enriching the article took more memory than the limit."""

    reason = "memory"


class ArticleCrashedError(RejectedArticleError):
    """The article ended the process that enriched it, again and again."""

    reason = "crash"
