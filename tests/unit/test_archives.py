"""Archives of every format give the same articles; damaged and hostile ones are told with file and position, and stop nothing else."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import itertools
import json
import lzma
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import avro.datafile
import avro.io
import avro.schema
import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from streams.errors import ArticleFileError
from streams.feed.archive import unpack
from streams.feed.archive.files import archive_files, fingerprint
from streams.feed.archive.items import Options
from streams.feed.readers import read_articles
from streams.records import Article
from streams.resources import SCHEMAS

ROWS: list[dict[str, Any]] = [
    {
        "id": f"a{number}",
        "title": f"Title {number}, “quoted”",
        "text": f"Norway will send {number} tanks.\nThe minister said so — on Monday.",
        "url": f"https://news.example/{number}",
        "publisher": "Example",
        "published_at": f"2025-07-{number + 1:02}T10:30:00Z",
        "language": "en",
    }
    for number in range(12)
]
ARTICLES = [Article.model_validate(row) for row in ROWS]


def as_lines(rows: list[dict[str, Any]] = ROWS) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def as_csv(delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROWS[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode()


def as_avro(codec: str = "null", rows: list[dict[str, Any]] = ROWS) -> bytes:
    out = io.BytesIO()
    schema = avro.schema.parse((SCHEMAS / "article.avsc").read_text())
    writer = avro.datafile.DataFileWriter(out, avro.io.DatumWriter(), schema, codec=codec)
    for row in rows:
        writer.append({**row, "published_at": datetime.fromisoformat(row["published_at"])})
        writer.sync()
    writer.flush()
    return out.getvalue()


def as_avro_by_fastavro(codec: str) -> bytes:
    out = io.BytesIO()
    rows = [{**row, "published_at": datetime.fromisoformat(row["published_at"])} for row in ROWS]
    fastavro.writer(out, json.loads((SCHEMAS / "article.avsc").read_text()), rows, codec=codec, sync_interval=300)
    return out.getvalue()


def as_parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), out, row_group_size=5)
    return out.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gz": gzip.compress,
    "two gz members": lambda data: gzip.compress(data[:1000]) + gzip.compress(data[1000:]),
    "bz2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=0),
    "zst": zstd.compress,
    "zst of many frames": lambda data: zstd.compress(data[:999]) + zstd.compress(data[999:]),
    "gz in zst": lambda data: zstd.compress(gzip.compress(data)),
}
FORMATS: dict[str, bytes] = {
    "JSON lines": as_lines(),
    "JSON lines with blank lines and a mark": b"\xef\xbb\xbf\n" + as_lines().replace(b"\n", b"\r\n\r\n"),
    "a JSON array": json.dumps(ROWS).encode(),
    "an indented JSON array": json.dumps(ROWS, indent=2).encode(),
    "JSON documents one after the other": "\n".join(json.dumps(row, indent=2) for row in ROWS).encode(),
    "CSV": as_csv(),
    "CSV with semicolons": as_csv(";"),
    "TSV with a mark": b"\xef\xbb\xbf" + as_csv("\t"),
    "Avro": as_avro(),
    "Avro, deflate": as_avro("deflate"),
    "Avro, bzip2": as_avro("bzip2"),
    "Avro, xz by another writer": as_avro_by_fastavro("xz"),
    "Avro, zstandard by another writer": as_avro_by_fastavro("zstandard"),
    "Parquet": as_parquet(),
    "UTF-16": as_lines().decode().encode("utf-16"),
}


def read(path: Path | str, **options: Any) -> list[Article | ArticleFileError]:
    return list(read_articles([str(path)], Options(**options)))


def good(found: list[Article | ArticleFileError]) -> list[Article]:
    return [item for item in found if isinstance(item, Article)]


def errors(found: list[Article | ArticleFileError]) -> list[str]:
    return [str(item) for item in found if isinstance(item, ArticleFileError)]


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("format_name", FORMATS)
def test_format_is_found_by_content(tmp_path: Path, format_name: str, packer: str) -> None:
    path = tmp_path / "no-suffix"
    path.write_bytes(PACKERS[packer](FORMATS[format_name]))
    assert read(path) == ARTICLES


def text_files() -> dict[str, bytes]:
    files = {}
    for row in ROWS:
        files[f"folder/{row['id']}.txt"] = row["text"].encode()
        files[f"folder/{row['id']}.meta.json"] = json.dumps({key: value for key, value in row.items() if key != "text"}).encode()
    return files


def as_zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def as_tar(files: dict[str, bytes], mode: Any = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize("pack", [as_zip, as_tar, lambda files: as_tar(files, "w:gz"), lambda files: gzip.compress(as_zip(files))])
@pytest.mark.parametrize("order", [1, -1])
def test_texts_with_metadata_in_archives(tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes], order: int) -> None:
    path = tmp_path / "archive"
    path.write_bytes(pack(dict(sorted(text_files().items())[::order])))
    assert sorted(good(read(path)), key=lambda a: a.id) == sorted(ARTICLES, key=lambda a: a.id)
    assert errors(read(path)) == []


def test_archives_hold_every_format_and_one_another(tmp_path: Path) -> None:
    path = tmp_path / "all.tar"
    inner = as_zip({"lines.jsonl": as_lines(ROWS[:3])})
    path.write_bytes(
        as_tar({"README.md": b"No article.", "a/b.zip": inner, "c.csv.gz": gzip.compress(as_csv()), "d.parquet": as_parquet()})
    )
    assert good(read(path)) == [*ARTICLES[:3], *ARTICLES, *ARTICLES]
    assert errors(read(path)) == []


def test_a_folder_of_all_formats_is_read_in_order(tmp_path: Path) -> None:
    for number, content in enumerate(FORMATS.values()):
        (tmp_path / f"part-{number:05}").write_bytes(content)
    (tmp_path / "README.md").write_text("No article.")
    (tmp_path / "_SUCCESS").write_text("")
    assert read(tmp_path) == ARTICLES * len(FORMATS)
    assert read(f"{tmp_path}/part-0000[01]") == ARTICLES * 2


def test_columns_are_mapped_and_nested_keys_are_reached(tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    path.write_text('headline,body,date,nr\n"A, B",The body.,25/07/2025,17\n')
    columns = {"text": "body", "title": "headline", "published_at": "date", "id": "nr"}
    [article] = read(path, columns=columns, date_format="%d/%m/%Y")
    assert article == Article(id="17", title="A, B", text="The body.", published_at=datetime(2025, 7, 25, tzinfo=UTC))
    lines = tmp_path / "articles.jsonl"
    lines.write_text('{"data": {"body": "The body."}, "meta": {"when": "2025-07-25"}}\n')
    [article] = read(lines, columns={"text": "data.body", "published_at": "meta.when"})
    assert isinstance(article, Article)
    assert article.published_at == datetime(2025, 7, 25, tzinfo=UTC)


def test_a_table_without_the_column_says_which_there_are(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("headline,body\nA,B\n")
    [error] = errors(read(tmp_path))
    assert error == f"{tmp_path}/a.csv:1: the header has no column 'text': headline,body (--map text=COLUMN names it)"


PAGE = """<!doctype html><html lang="en"><head><title>Two tanks</title>
<meta property="og:site_name" content="The Example"><meta property="article:published_time" content="2025-07-25T08:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/world">World</a></nav><article><h1>Two tanks</h1>
<p>Norway will send two Leopard 2 tanks to Ukraine, Defence Minister Ola Nordmann said in Oslo on Friday after a long debate.</p>
<p>The tanks are to arrive before winter, and their crews are being trained in Poland by instructors of three countries.</p></article>
<footer>Subscribe to our newsletter</footer></body></html>"""


def as_warc(pages: list[tuple[str, str, str, bytes]], *, packed: bool = True) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "test"}))
    for url, status, kind, content in pages:
        head = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(content), http_headers=head))
    return out.getvalue()


WARC = [
    ("https://news.example/1", "200 OK", "text/html; charset=utf-8", PAGE.encode()),
    ("https://news.example/gone", "404 Not Found", "text/html", PAGE.encode()),
    ("https://news.example/picture", "200 OK", "image/png", b"\x89PNG"),
    ("https://news.example/2", "200 OK", "text/html", PAGE.replace("2025-07-25T08:00:00Z", "").encode()),
    ("https://news.example/empty", "200 OK", "text/html", b"<html><body></body></html>"),
]


@pytest.mark.parametrize("packed", [True, False])
def test_pages_of_a_warc_file(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "crawl"
    path.write_bytes(as_warc(WARC, packed=packed))
    first, second, empty = read(path)
    assert isinstance(first, Article)
    assert first.text.count("\n") >= 1
    assert "crews are being trained" in first.text
    assert "newsletter" not in first.text
    assert "Home" not in first.text
    assert (first.url, first.title, first.publisher) == ("https://news.example/1", "Two tanks", "The Example")
    assert first.published_at == datetime(2025, 7, 25, tzinfo=UTC)
    assert isinstance(second, Article)
    assert second.published_at is None, "no date stands in the page, and none is guessed"
    assert str(empty) == f"{path}, record 6: the page has no main text"


def test_a_saved_page(tmp_path: Path) -> None:
    (tmp_path / "page").write_text(PAGE)
    [article] = read(tmp_path)
    assert isinstance(article, Article)
    assert article.title == "Two tanks"


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Example</title>
<item><title>One</title><link>https://news.example/1</link><pubDate>Fri, 25 Jul 2025 10:00:00 +0200</pubDate>
<description>&lt;p&gt;Norway &amp;amp; Sweden met.&lt;/p&gt;&lt;p&gt;They talked.&lt;/p&gt;</description></item>
<item><title>Two</title><guid isPermaLink="false">urn:2</guid><description>Plain words.</description></item></channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>The Example</title>
<entry><id>urn:1</id><title>One</title><published>2025-07-25T08:00:00Z</published>
<content type="html">&lt;p&gt;A text.&lt;/p&gt;</content></entry></feed>"""


def test_feeds(tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_text(RSS)
    (tmp_path / "b").write_text(ATOM)
    when = datetime(2025, 7, 25, 8, tzinfo=UTC)
    assert read(tmp_path) == [
        Article(
            title="One", text="Norway & Sweden met.\nThey talked.", url="https://news.example/1", publisher="The Example", published_at=when
        ),
        Article(id="urn:2", title="Two", text="Plain words.", publisher="The Example"),
        Article(id="urn:1", title="One", text="A text.", publisher="The Example", published_at=when),
    ]


def test_entities_of_a_feed_neither_grow_nor_reach_outside(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    grow = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE rss [<!ENTITY e0 "ten letter">{grow}<!ENTITY file SYSTEM "file://{secret}">]>'
    path = tmp_path / "bomb.rss"
    path.write_text(
        RSS.replace('<?xml version="1.0"?>', '<?xml version="1.0"?>' + doctype).replace("Plain words.", "Plain &e9; &file; words.")
    )
    (tmp_path / "plain.rss").write_text(RSS)
    read(tmp_path / "plain.rss")
    tracemalloc.start()
    found = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64_000_000
    assert not any("SECRET" in str(item) or "ten letter" in str(item) for item in found)


def test_broken_xml_gives_what_stood_before_and_says_where(tmp_path: Path) -> None:
    path = tmp_path / "broken.rss"
    path.write_text(RSS[: RSS.index("<item><title>Two")] + "<item><title>Two</wrong></item>")
    found = read(path)
    assert good(found)[0].title == "One"
    assert f"{path}:" in errors(found)[-1]


@pytest.mark.parametrize("packer", ["gz", "bz2", "xz", "zst"])
def test_a_truncated_archive_gives_all_before_the_cut_and_says_where(tmp_path: Path, packer: str) -> None:
    # Random digits keep the packers from putting all into one block.
    rows = [{"id": str(n), "text": " ".join(str(hash((n, k))) for k in range(200))} for n in range(1500)]
    whole = PACKERS[packer](as_lines(rows))
    path = tmp_path / "cut.jsonl"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    found = read(path)
    articles = good(found)
    assert articles == [Article.model_validate(row) for row in rows[: len(articles)]]
    assert len(articles) > 200
    [error] = errors(found)
    assert "is damaged or cut off after" in error
    assert str(path) in error


def test_a_truncated_archive_does_not_stop_the_next(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(as_lines())[:-12])
    (tmp_path / "b.jsonl").write_bytes(as_lines())
    found = read(tmp_path)
    assert good(found)[-12:] == ARTICLES
    assert len(errors(found)) == 1


def test_truncated_containers(tmp_path: Path) -> None:
    path = tmp_path / "file"
    tar = as_tar({f"{n}.jsonl": as_lines([row]) for n, row in enumerate(ROWS)})
    warc = as_warc(WARC, packed=False)
    # A file in the tar is 512 bytes of header and 512 of content: the second cut lies between two files.
    cuts = [(as_avro(), 1900), (tar, 5000), (tar, 6 * 1024), (warc, warc.rindex(b"crews"))]
    for whole, length in cuts:
        path.write_bytes(whole[:length])
        found = read(path)
        assert len(good(found)) >= 1
        assert "cut off" in errors(found)[-1], found
    for whole in (as_zip({"a.jsonl": as_lines()}), as_parquet()):
        path.write_bytes(whole[: len(whole) * 2 // 3])
        assert "is damaged or cut off" in errors(read(path))[-1]


def test_every_cut_of_an_avro_container_is_told(tmp_path: Path) -> None:
    whole = as_avro("deflate", ROWS[:3])
    path = tmp_path / "file.avro"
    for length in range(5, len(whole), 7):
        path.write_bytes(whole[:length])
        found = read(path)
        articles = good(found)
        assert articles == ARTICLES[: len(articles)]
        assert len(articles) == 3 or errors(found) or length == len(whole), length


def test_broken_json_in_a_late_line(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as out:
        out.writelines(b'{"text": "T"}\n' if number != 69_999 else b'{"text": "T\n' for number in range(70_010))
    found = read(path)
    assert len(good(found)) == 70_009
    [error] = errors(found)
    assert error.startswith(f"{path}:70000: Invalid JSON")


def test_broken_objects_in_an_array(tmp_path: Path) -> None:
    path = tmp_path / "array.json"
    path.write_text('[{"text": "1"}, 5, {"text": }, ["x"], {"text": "brackets ]}[{ and \\" and \\\\"}, {"title": "none"}, {"text": "6"}]')
    found = read(path)
    assert [article.text for article in good(found)] == ["1", 'brackets ]}[{ and " and \\', "6"]
    assert [error.split(": ")[0] for error in errors(found)] == [f"{path}, article {n}" for n in (2, 3, 4, 6)]
    path.write_text('[{"text": "1"}, {"text": "2}, {"text": "3"}]')
    found = read(path)
    assert good(found)[0].text == "1"
    assert "do not close" in errors(found)[-1]


def test_objects_are_cut_the_same_wherever_a_piece_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from streams.feed.archive import text

    path = tmp_path / "array.json"
    path.write_text(json.dumps(ROWS, indent=1) + " ")
    for size in range(1, 40):
        monkeypatch.setattr(text, "PIECE_BYTES", size)
        assert read(path) == ARTICLES


def test_wrong_encodings_are_told_and_named_ones_are_read(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("id,text\n1,Good.\n2,Gruß\n3,Good too.\n".encode("latin-1"))
    found = read(path)
    assert [article.id for article in good(found)] == ["1", "3"]
    assert errors(found) == [f"{path}:3: is not UTF-8 (--encoding names another)"]
    assert [article.text for article in good(read(path, encoding="latin-1"))] == ["Good.", "Gruß", "Good too."]
    lines = tmp_path / "wrong.jsonl"
    lines.write_bytes('{"text": "Gruß"}\n'.encode("utf-16-le")[:-3])
    assert "is not utf-16-le near byte" in errors(read(lines, encoding="utf-16-le"))[-1]


def test_missing_and_wrong_dates(tmp_path: Path) -> None:
    path = tmp_path / "dates.jsonl"
    path.write_text('{"text": "A"}\n{"text": "B", "published_at": "yesterday"}\n{"text": "C", "published_at": 1753452191}\n')
    found = read(path)
    assert [article.published_at for article in good(found)] == [None, datetime(2025, 7, 25, 14, 3, 11, tzinfo=UTC)]
    assert errors(found)[0].startswith(f"{path}:2: published_at: Input should be a valid datetime")


@pytest.mark.parametrize("packer", ["gz", "bz2", "xz", "zst", "zip"])
def test_a_bomb_is_left(tmp_path: Path, packer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "RATIO_FLOOR", 1024 * 1024)
    bomb = (b" " * 999 + b"\n") * 100_000
    path = tmp_path / "bomb"
    path.write_bytes(as_zip({"bomb.jsonl": bomb}) if packer == "zip" else PACKERS[packer](PACKERS[packer](bomb)))
    (tmp_path / "good.jsonl").write_bytes(as_lines())
    tracemalloc.start()
    found = read(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert good(found) == ARTICLES
    [error] = errors(found)
    assert error.startswith(f"{path}: unpacks to more than 250 times its size")
    assert peak < 64_000_000


def test_archives_too_deep(tmp_path: Path) -> None:
    content = as_lines()
    for _ in range(4):
        content = as_tar({"inner": content})
    (tmp_path / "deep").write_bytes(content)
    assert "is more than 3 archives deep" in errors(read(tmp_path))[0]
    for _ in range(6):
        content = gzip.compress(content)
    (tmp_path / "deep").write_bytes(content)
    assert "is packed more than 5 times" in errors(read(tmp_path))[0]


@pytest.mark.parametrize("name", ["../climbs.jsonl", "/etc/absolute.jsonl", "a/../../b.jsonl", "..\\windows.jsonl", "C:\\x.jsonl"])
def test_paths_that_climb_out(tmp_path: Path, name: str) -> None:
    for pack in (as_zip, as_tar):
        path = tmp_path / "archive"
        path.write_bytes(pack({name: as_lines(ROWS[:1]), "good.jsonl": as_lines()}))
        found = read(path)
        assert good(found) == ARTICLES
        assert errors(found) == [f"{path}!{name}: the name leads out of the archive"]
        assert list(tmp_path.iterdir()) == [path]


def test_links_that_lead_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside.jsonl"
    outside.write_bytes(as_lines())
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.jsonl").symlink_to(outside)
    (folder / "good.jsonl").write_bytes(as_lines())
    found = read(folder)
    assert good(found) == ARTICLES
    assert errors(found) == [f"{folder}/link.jsonl: is a link that leads out of the folder"]
    with tarfile.open(tmp_path / "links.tar", "w") as archive:
        info = tarfile.TarInfo("link.jsonl")
        info.type, info.linkname = tarfile.SYMTYPE, str(outside)
        archive.addfile(info)
    assert "is a link or a device" in errors(read(tmp_path / "links.tar"))[0]


def test_an_encrypted_member(tmp_path: Path) -> None:
    content = bytearray(as_zip({"a.jsonl": as_lines(), "b.jsonl": as_lines()}))
    # The flag in the central directory is what counts.
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(content))
    found = read(tmp_path)
    assert good(found) == ARTICLES
    assert "is encrypted" in errors(found)[0]


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.jsonl.gz"
        with gzip.open(path, "wb", compresslevel=1) as out:
            out.writelines(json.dumps({"id": str(n), "text": f"{n} " * 100}).encode() + b"\n" for n in range(count))
        tracemalloc.start()
        assert sum(isinstance(article, Article) for article in read_articles([str(path)])) == count
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return reached

    peak(10)
    assert peak(20_000) < peak(1_000) + 500_000


def test_the_fingerprint_tells_a_change(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(as_lines())
    before = fingerprint([str(tmp_path)])
    assert fingerprint([str(tmp_path)]) == before
    (tmp_path / "b.jsonl").write_bytes(as_lines())
    assert fingerprint([str(tmp_path)]) != before


def test_files_come_in_the_same_order_each_time(tmp_path: Path) -> None:
    for folder, name in itertools.product("ba", "21"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text("{}")
    paths = [file.path for file in archive_files([str(tmp_path)]) if not isinstance(file, ArticleFileError)]
    assert paths == [f"{tmp_path}/{name}" for name in ("a/1", "a/2", "b/1", "b/2")]
