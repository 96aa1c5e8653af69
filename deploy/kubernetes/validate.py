"""Holds the manifests against schemas and against what the field thinks good. Run it as `make manifests`.

kustomize builds each overlay; kubernetes-validate holds the built-in kinds against their strict schemas; resources of Prometheus' operator
and of KEDA are held against the CRDs of those projects, with unknown fields refused; kube-score and checkov judge; hadolint reads the
Dockerfile; Docker's own client reads the compose file where it is installed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import jsonschema
import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TOOLS = HERE.parent / "tools"
OVERLAYS = ("overlays/minimal", "overlays/production", "replay")
CRDS = {
    "github.com/kedacore/keda/v2": ("config/crd/bases", ("keda.sh_scaledobjects.yaml", "keda.sh_triggerauthentications.yaml")),
    "github.com/prometheus-operator/prometheus-operator": (
        "example/prometheus-operator-crd",
        ("monitoring.coreos.com_podmonitors.yaml", "monitoring.coreos.com_prometheusrules.yaml"),
    ),
}
UNCHECKED = {"KafkaTopic", "KafkaUser"}
"""Strimzi's CRDs are in no package registry; a unit test holds topics and users against `streams/topics.py`."""

SKIPPED_CHECKS = (
    "CKV_K8S_43",  # the image by digest: it is built by whoever deploys it
    "CKV_K8S_35",  # secrets as environment: that is how this program takes its settings
    "CKV_K8S_21",  # a namespace is named by the overlays
)

failures: list[str] = []


def main() -> None:
    """Run all checks; exit code 1 where one fails."""
    with tempfile.TemporaryDirectory() as name:
        for overlay in OVERLAYS:
            built = Path(name) / f"{overlay.replace('/', '-')}.yaml"
            done = _run("kubectl", "kustomize", str(HERE / overlay))
            if done is None:
                return
            built.write_text(done)
            check_schemas(built)
            check_practice(built)
    _run("hadolint", str(ROOT / "Dockerfile"))
    if shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0:
        _run("docker", "compose", "--file", str(ROOT / "docker-compose.yml"), "config", "--quiet")
    else:
        sys.stdout.write("SKIPPED: docker compose is not installed; tests/unit/test_deploy.py holds the compose file\n")
    for failure in failures:
        sys.stdout.write(f"FAILED {failure}\n")
    sys.exit(1 if failures else 0)


def check_schemas(built: Path) -> None:
    """Built-in kinds and custom resources, each against its schema."""
    resources = list(yaml.safe_load_all(built.read_text()))
    custom = crd_schemas()
    plain = [resource for resource in resources if resource["kind"] not in custom.keys() | UNCHECKED]
    path = built.with_suffix(".plain.yaml")
    path.write_text(yaml.safe_dump_all(plain))
    _run("kubernetes-validate", "--strict", "--quiet", str(path))
    for resource in resources:
        schema = custom.get(resource["kind"])
        errors = [] if schema is None else list(jsonschema.Draft202012Validator(schema).iter_errors(resource))
        failures.extend(f"{resource['kind']} {resource['metadata']['name']}: {error.json_path}: {error.message[:200]}" for error in errors)
    sys.stdout.write(f"{built.name}: {len(plain)} built-in, {sum(r['kind'] in custom for r in resources)} custom resources checked\n")


def check_practice(built: Path) -> None:
    """What kube-score and checkov think."""
    # The job of a replay is applied beside the base, whose NetworkPolicy names it.
    replay = built.stem == "replay"
    _run("kube-score", "score", "--output-format", "ci", *(["--ignore-test", "pod-networkpolicy"] if replay else []), str(built))
    skipped = ",".join([*SKIPPED_CHECKS, *(["CKV2_K8S_6"] if replay else [])])
    _run("checkov", "--quiet", "--compact", "--skip-download", "--framework", "kubernetes", "--skip-check", skipped, "-f", str(built))


def crd_schemas() -> dict[str, dict[str, Any]]:
    """By kind, a JSON Schema in which what is not named is not allowed."""
    if shutil.which("go") is None:
        sys.stdout.write("SKIPPED: custom resources (go fetches the CRDs)\n")
        return {}
    found: dict[str, dict[str, Any]] = {}
    for module, (folder, names) in CRDS.items():
        done = subprocess.run(
            ["go", "mod", "download", "-json", f"{module}@{_version(module)}"],
            cwd=TOOLS / "crds",
            capture_output=True,
            text=True,
            check=True,
        )
        for name in names:
            crd = yaml.safe_load((Path(json.loads(done.stdout)["Dir"]) / folder / name).read_text())
            version = next(v for v in crd["spec"]["versions"] if v["storage"])
            found[crd["spec"]["names"]["kind"]] = _strict({**version["schema"]["openAPIV3Schema"]}, top=True)
    return found


def _version(module: str) -> str:
    lines = (TOOLS / "crds/go.mod").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.strip().startswith(module + " "))


def _strict(schema: Any, *, top: bool = False) -> Any:
    """The schema with `additionalProperties: false` wherever properties are named, as Kubernetes prunes what it does not know."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: _strict(value) for key, value in schema.items()}
    if top:
        strict["properties"]["metadata"] = {"type": "object"}
    if schema.get("x-kubernetes-int-or-string"):
        strict.pop("type", None)
    if (
        isinstance(schema.get("properties"), dict)
        and schema.get("type") == "object"
        and not schema.get("x-kubernetes-preserve-unknown-fields")
    ):
        strict.setdefault("additionalProperties", False)
    return strict


def _run(*command: str) -> str | None:
    """The output of a tool; a missing tool is told, a failure noted."""
    if shutil.which(command[0]) is None:
        sys.stdout.write(f"SKIPPED: {command[0]} is not installed (make tools)\n")
        return None
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        failures.append(f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-1500:]}")
    return done.stdout


if __name__ == "__main__":
    main()
