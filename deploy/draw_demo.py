"""Draws `docs/demo.svg`: the demonstration's output as a person sees it. Run it as `make picture`."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from streams.demo import run_demo
from streams.progress import silent
from streams.settings import load_settings

PICTURE = Path(__file__).parents[1] / "docs" / "demo.svg"


def main() -> None:
    """Run the demonstration and save what it shows."""
    console = Console(record=True, width=150, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    run_demo(load_settings(), console, silent, keep=False)
    svg = console.export_svg(title="make demo", theme=MONOKAI)
    # The reader's own monospaced font, and no fetching of one from elsewhere.
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL))


if __name__ == "__main__":
    main()
