"""The Java programs of the embedded stack: locked with hashes in `jars.lock`, fetched once into the cache."""

from __future__ import annotations

import hashlib
import shutil
import ssl
import tarfile
import tempfile
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import httpx

from streams.errors import StackError

__all__ = ["Jar", "JarCache", "locked_jars"]

ATTEMPTS = 3
"""Downloads of one file before it is given up: a repository behind a mirror drops a connection now and then."""


@dataclass(frozen=True)
class Jar:
    """One file of a Maven repository.

    Parameters
    ----------
    coordinate
        `group:artifact:version`, or `group:artifact:version:classifier:packaging`.
    sha256
        Hex digest that the file must have.
    """

    coordinate: str
    sha256: str

    @property
    def path(self) -> str:
        """Path in a Maven repository."""
        group, artifact, version, *rest = self.coordinate.split(":")
        classifier, packaging = rest or ("", "jar")
        suffix = f"-{classifier}" if classifier else ""
        return f"{group.replace('.', '/')}/{artifact}/{version}/{artifact}-{version}{suffix}.{packaging}"


def locked_jars(program: str) -> list[Jar]:
    """The files that a program of `jars.lock` consists of."""
    lock = tomllib.loads((files("streams.stack") / "jars.lock").read_text())
    return [Jar(coordinate, digest) for coordinate, digest in lock[program].items()]


class JarCache:
    """A folder with the layout of a Maven repository.

    Parameters
    ----------
    folder
        Where the files are kept.
    maven_url
        Where missing ones come from.
    """

    def __init__(self, folder: Path, maven_url: str) -> None:
        self.folder = folder
        self.maven_url = maven_url.rstrip("/")

    def fetch(self, jars: list[Jar], progress: Callable[[int, int], None]) -> list[Path]:
        """Paths of the jars, all of them verified; what is missing is downloaded.

        Parameters
        ----------
        progress
            Called with the number of files downloaded and to be downloaded; never where all are there.

        Raises
        ------
        StackError
            When a file cannot be had or has another content than the lock says.
        """
        paths = {jar: self.folder / jar.path for jar in jars}
        missing = [jar for jar in jars if not (paths[jar].exists() and _sha256(paths[jar]) == jar.sha256)]
        # What the machine trusts, a company's own authority among it, and not the list that comes with httpx.
        trust = ssl.create_default_context()
        with httpx.Client(timeout=60, follow_redirects=True, verify=trust) as client, ThreadPoolExecutor(max_workers=8) as threads:
            for done, _ in enumerate(threads.map(lambda jar: self._download(client, jar), missing), start=1):
                progress(done, len(missing))
        return list(paths.values())

    def unpack(self, archive: Path, jar: Jar) -> Path:
        """Folder with the content of a `tar.gz` of the lock, unpacked beside it the first time."""
        folder = archive.with_name(f"{archive.name}-{jar.sha256[:12]}")
        if not folder.exists():
            temporary = Path(tempfile.mkdtemp(dir=archive.parent))
            try:
                with tarfile.open(archive) as tar:
                    # Python before 3.11.4, as Debian 12 has it, knows no filter; the content is the one that was locked in either case.
                    tar.extraction_filter = getattr(tarfile, "data_filter", None)
                    tar.extractall(temporary)  # noqa: S202 - locked by its hash
                temporary.rename(folder)
            except BaseException:
                shutil.rmtree(temporary, ignore_errors=True)
                # A second demo that unpacked at the same time and was faster is as good.
                if not folder.exists():
                    raise
        return folder

    def _download(self, client: httpx.Client, jar: Jar) -> None:
        url = f"{self.maven_url}/{jar.path}"
        path = self.folder / jar.path
        path.parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, ATTEMPTS + 1):
            # Whole before it bears its name, and in one step: an interrupt leaves no half a jar, and whoever fetches or reads the same one
            # at the same time (Kafka and the registry share some) never finds the name taken or gone.
            with tempfile.TemporaryDirectory(dir=path.parent) as folder:
                part = Path(folder) / path.name
                try:
                    with client.stream("GET", url) as response, part.open("wb") as file:
                        response.raise_for_status()
                        for chunk in response.iter_bytes():
                            file.write(chunk)
                except (httpx.HTTPError, OSError) as error:
                    if attempt < ATTEMPTS:
                        continue
                    raise StackError(
                        f"cannot be downloaded: {type(error).__name__}: {error}",
                        where=url,
                        hint=f"STREAMS_MAVEN_URL names another repository; offline, the file belongs at {path}",
                    ) from error
                found = _sha256(part)
                if found != jar.sha256:
                    raise StackError(f"has SHA-256 {found}, not {jar.sha256} as in jars.lock", where=url, hint="do not use this repository")
                part.replace(path)
            return


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
