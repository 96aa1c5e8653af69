"""What MkDocs calls while it builds the site: pages of the reference are added, and links out of `docs/` lead to copies in the site."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from deploy.site.reference import pages

REPOSITORY = Path(__file__).parents[2]
COPIES = "repository"
"""Where files of the repository that are no pages stand in the site."""

NAMED_BLOCK = re.compile(r"^(?P<fence>```\w+) (?P<name>\S+)$", re.MULTILINE)
"""A block of code with a name after its language, by which tests find it."""

LINK = re.compile(r"(?P<before>\]\()(?P<target>[^)#:\s]+)(?P<anchor>#[^)]*)?\)")


def on_config(config: Any) -> Any:
    """Put every runbook and decision into the navigation, those with a number by it."""
    for section, title, folder in (("How-to", "Runbooks", "runbooks"), ("Explanation", "Decisions", "decisions")):
        pages_of_folder = [f"{folder}/{path.name}" for path in sorted((Path(config["docs_dir"]) / folder).glob("*.md"))]
        # A section begins with what explains it.
        pages_of_folder.sort(key=lambda page: not page.endswith("README.md"))
        next(part for part in config["nav"] if section in part)[section].append({title: pages_of_folder})
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add what is made from the code, and every file of the repository that a page links to."""
    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    docs = Path(config["docs_dir"])
    linked = {target for page in docs.rglob("*.md") for target in _outside(page, docs)}
    for target in sorted(linked):
        if target.is_file():
            files.append(File.generated(config, f"{COPIES}/{target.relative_to(REPOSITORY)}.txt", abs_src_path=str(target)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:  # noqa: ARG001 - MkDocs calls it by these names
    """Lead links out of `docs/` to the copies; folders and what stands above become plain words. Blocks that are files get a title."""
    docs = Path(config["docs_dir"])
    here = docs / page.file.src_uri

    def lead(found: re.Match[str]) -> str:
        target = (here.parent / found["target"]).resolve()
        if target.is_relative_to(docs) or not target.exists():
            return found[0]
        up = "../" * page.file.src_uri.count("/")
        name = target.relative_to(REPOSITORY)
        return f"]({up}{COPIES}/{name}.txt)" if target.is_file() else f"]({up}index.md '{name} in the repository')"

    def entitle(found: re.Match[str]) -> str:
        return f'{found["fence"]} title="{found["name"]}"' if "." in found["name"] else found["fence"]

    return NAMED_BLOCK.sub(entitle, LINK.sub(lead, markdown))


def _outside(page: Path, docs: Path) -> list[Path]:
    targets = [(page.parent / found["target"]).resolve() for found in LINK.finditer(page.read_text("utf-8"))]
    return [target for target in targets if not target.is_relative_to(docs) and target.is_relative_to(REPOSITORY)]
