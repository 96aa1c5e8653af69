"""Avro in the Confluent wire format: byte 0, the schema's id in four bytes, the body."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass

import avro.errors
import avro.io
import avro.schema
from pydantic import ValidationError

from streams.errors import DecodeError, EncodeError, InvalidArticleError, UnknownSchemaError
from streams.records import Article, Record
from streams.wire.writing import writer_of

__all__ = ["UTF8_BOM", "ArticleDecoder", "Encoder", "RecordDecoder", "Schema", "rejection"]

MAGIC = 0
PREFIX_LENGTH = 5
METADATA_FIELDS = ("id", "title", "url", "publisher", "language")
MAX_METADATA_LENGTH = 4096
"""Code points; each of them goes into every record made from the article."""

UTF8_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Schema:
    """A schema and the id that the registry gave it."""

    id: int
    text: str


class Encoder:
    """Writes the records of one topic.

    Parameters
    ----------
    schema
        The writer's schema, with its id in the registry.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema_id = schema.id
        self._prefix = bytes([MAGIC]) + schema.id.to_bytes(4, "big")
        self._write = writer_of(avro.schema.parse(schema.text))

    def encode(self, record: Record) -> bytes:
        """The record's bytes.

        Raises
        ------
        EncodeError
            When the record does not fit the schema.
        """
        value = bytearray(self._prefix)
        try:
            self._write(record.to_avro(), value)
        except (avro.errors.AvroException, ValueError) as error:
            raise EncodeError(f"{type(record).__name__} does not fit schema {self.schema_id}: {type(error).__name__}") from error
        return bytes(value)


class _Reader(avro.io.DatumReader):
    """The package's reader, and for a symbol that our version does not know the default of our enum, as the specification has it."""

    def read_enum(
        self, writers_schema: avro.schema.EnumSchema, readers_schema: avro.schema.EnumSchema, decoder: avro.io.BinaryDecoder
    ) -> str:
        symbol = super().read_enum(writers_schema, writers_schema, decoder)
        if symbol in readers_schema.symbols or readers_schema.default is None:
            return symbol
        return str(readers_schema.default)


class RecordDecoder:
    """Reads values of any registered writer's schema as one version of a record.

    Parameters
    ----------
    reader_schema
        The version of the record that is wanted.
    find_schema
        Gives the writer's schema for an id; asked once for each id.
    """

    def __init__(self, reader_schema: str, find_schema: Callable[[int], str]) -> None:
        self._reader_schema = avro.schema.parse(reader_schema)
        self._find_schema = find_schema
        self._readers: dict[int, _Reader] = {}
        self._lock = threading.Lock()

    def decode(self, value: bytes) -> dict[str, object]:
        """The record as plain Python values.

        Raises
        ------
        DecodeError
            When the bytes are not Avro of a registered schema.
        RegistryUnreachableError
            When the schema is needed and the registry does not answer.
        """
        if len(value) < PREFIX_LENGTH or value[0] != MAGIC:
            raise DecodeError("no Avro in the Confluent wire format: the first byte is not 0, or fewer than five bytes")
        schema_id = int.from_bytes(value[1:PREFIX_LENGTH], "big")
        reader = self._reader(schema_id)
        body = io.BytesIO(value)
        body.seek(PREFIX_LENGTH)
        try:
            datum = reader.read(avro.io.BinaryDecoder(body))
        # The avro package lets assertions, struct, Unicode and overflow errors of broken input through as they are.
        except Exception as error:
            raise DecodeError(f"no Avro of schema {schema_id}: {type(error).__name__}") from error
        if surplus := len(value) - body.tell():
            raise DecodeError(f"no Avro of schema {schema_id}: {surplus} bytes too many")
        if not isinstance(datum, dict):
            raise DecodeError(f"schema {schema_id} is no record")
        return datum

    def _reader(self, schema_id: int) -> _Reader:
        with self._lock:
            if schema_id not in self._readers:
                try:
                    writer_schema = avro.schema.parse(self._find_schema(schema_id))
                except UnknownSchemaError as error:
                    raise DecodeError(f"schema id {schema_id} is not registered") from error
                except avro.errors.AvroException as error:
                    raise DecodeError(f"schema id {schema_id} is no Avro schema") from error
                self._readers[schema_id] = _Reader(writer_schema, self._reader_schema)
            return self._readers[schema_id]


class ArticleDecoder:
    """Reads what producers push: Avro of any registered version of `Article`, or JSON of the same shape.

    Parameters
    ----------
    reader_schema
        Our version of `Article`.
    find_schema
        Gives the writer's schema for an id.
    max_text_length
        Code points of the longest text that is taken.
    """

    def __init__(self, reader_schema: str, find_schema: Callable[[int], str], *, max_text_length: int) -> None:
        self._avro = RecordDecoder(reader_schema, find_schema)
        self._max_text_length = max_text_length

    def decode(self, value: bytes | None) -> Article:
        """The article in a record's value.

        Raises
        ------
        DecodeError
            When the bytes are neither Avro of a registered schema nor JSON.
        InvalidArticleError
            When they are, but no article that can be enriched.
        RegistryUnreachableError
            When a schema is needed and the registry does not answer.
        """
        if not value:
            raise DecodeError("the value is empty")
        try:
            if value[0] == MAGIC:
                article = Article.model_validate(self._avro.decode(value))
            elif value.removeprefix(UTF8_BOM).lstrip()[:1] == b"{":
                article = Article.model_validate_json(value.removeprefix(UTF8_BOM))
            else:
                raise DecodeError("neither Avro (first byte 0) nor a JSON object (first character `{`)")
        except ValidationError as error:
            raise rejection(error) from error
        for field in METADATA_FIELDS:
            if len(getattr(article, field) or "") > MAX_METADATA_LENGTH:
                raise InvalidArticleError(f"{field}: more than the {MAX_METADATA_LENGTH} code points that are allowed")
        if len(article.text) > self._max_text_length:
            raise InvalidArticleError(
                f"the text has {len(article.text)} code points, more than the {self._max_text_length} that are allowed"
            )
        return article


def rejection(error: ValidationError) -> DecodeError | InvalidArticleError:
    """What pydantic found, without the input: dead letters carry no article text in their headers."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    if first["type"] == "json_invalid":
        return DecodeError(first["msg"])
    field = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return InvalidArticleError(f"{field}: {message}" if field and message == first["msg"] else message)
