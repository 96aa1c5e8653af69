"""Draws `docs/dashboards/*.png` from what the panels showed in a live trial, with Grafana's own panel components in headless Chromium.

Run it as `make dashboards-png`, which needs Node and Chromium. There is no Grafana server in it: frame, time series, numbers and tables are
Grafana's components, the layout is that of the dashboards' files; the one heatmap is drawn as lines.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.observability.dashboards import BOARDS
from deploy.observability.generate import DEPLOY

HERE = Path(__file__).parent / "draw"
PICTURES = DEPLOY.parent / "docs/dashboards"


def main() -> None:
    """Draw every board; exit code 1 where a panel has no data."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path, help="What `make watch` wrote.")
    chosen = arguments.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or shutil.which("npm") is None:
        sys.stdout.write("SKIPPED: chromium and npm are needed (make tools, as root on Debian)\n")
        return
    shown = json.loads(chosen.data.read_text())
    empty: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "panels.js")
        PICTURES.mkdir(parents=True, exist_ok=True)
        for board in BOARDS:
            content = json.loads((DEPLOY / f"grafana/dashboards/{board.uid}.json").read_text())
            page = folder / f"{board.uid}.html"
            data = {"from": shown["from"], "to": shown["to"], "panels": shown["boards"][board.uid]}
            page.write_text(_page(content, data))
            command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=8000"]
            drawn = subprocess.run([*command, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True, timeout=120).stdout
            empty += re.findall(r'data-nodata="([^"]+)"', drawn)
            count = len(re.findall(r'data-drawn="', drawn))
            height = re.search(r'data-height="(\d+)"', drawn)
            if not height or count + len(empty) < len(board.panels):
                sys.exit(f"{board.uid}: only {count} of {len(board.panels)} panels were drawn")
            picture = PICTURES / f"{board.uid}.png"
            subprocess.run(
                [*command, f"--window-size=1700,{height[1]}", f"--screenshot={picture}", page.as_uri()],
                capture_output=True,
                check=True,
                timeout=120,
            )
            sys.stdout.write(f"{picture}: {count} panels\n")
    if empty:
        sys.exit(f"no data in: {', '.join(empty)}")


def build(bundle: Path) -> None:
    """Install what `package-lock.json` names, and put the page's script together."""
    if not (HERE / "node_modules/esbuild").exists():
        subprocess.run(["npm", "ci"], cwd=HERE, check=True)
    subprocess.run(
        [
            str(HERE / "node_modules/.bin/esbuild"),
            str(HERE / "panels.jsx"),
            "--bundle",
            "--minify",
            "--loader:.svg=dataurl",
            '--define:process.env.NODE_ENV="production"',
            "--define:global=window",
            "--log-level=error",
            f"--outfile={bundle}",
        ],
        cwd=HERE,
        check=True,
    )


def _page(board: object, shown: object) -> str:
    # A label's value may hold anything; in a script's text only this can end it.
    data = f"window.BOARD = {json.dumps(board)}; window.SHOWN = {json.dumps(shown)};".replace("</", "<\\/")
    links = '<link rel="stylesheet" href="panels.css"><div id="board"></div>'
    return f'<!doctype html><meta charset="utf-8">{links}<script>{data}</script><script src="panels.js"></script>'


if __name__ == "__main__":
    main()
