"""Writes `streams/stack/jars.lock`: resolves the embedded stack's Java programs and records the hash of each file.

Run it as `make lock` after a change of a version below.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from jgo.maven import MavenContext

KAFKA = "org.apache.kafka:kafka_2.13:4.1.0"
# Kafka logs through slf4j, and says nothing at all without a binding.
KAFKA_LOGGING = ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.24.3")
REGISTRY = ("io.apicurio", "apicurio-registry-app", "2.6.13.Final", "all", "tar.gz")
LOCK = Path(__file__).parents[1] / "streams" / "stack" / "jars.lock"


def main() -> None:
    """Resolve, download, hash, write."""
    with tempfile.TemporaryDirectory() as folder:
        maven = MavenContext(repo_cache=Path(folder), timeout=60)
        inputs, transitive = maven.resolver.resolve([maven.create_dependency(KAFKA)])
        kafka = {f"{d.groupId}:{d.artifactId}:{d.version}": d.artifact.resolve() for d in (*inputs, *transitive)}
        group, artifact, version = KAFKA_LOGGING
        kafka[":".join(KAFKA_LOGGING)] = maven.project(group, artifact).at_version(version).artifact().resolve()
        group, artifact, version, classifier, packaging = REGISTRY
        archive = maven.project(group, artifact).at_version(version).artifact(classifier=classifier, packaging=packaging)
        registry = {":".join(REGISTRY): archive.resolve()}
        lines = ["# Written by deploy/lock_jars.py: Maven coordinate = SHA-256 of the file."]
        for program, jars in (("kafka", kafka), ("registry", registry)):
            lines += ["", f"[{program}]"]
            lines += [f'"{coordinate}" = "{hashlib.sha256(path.read_bytes()).hexdigest()}"' for coordinate, path in sorted(jars.items())]
        LOCK.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
