"""Homes filled with short reviews."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.reviews import Review, write_posts

DURE = [sys.executable, "-m", "search_api.cli"]


def fill(
    home: Path, reviews: Sequence[Review], *, engine: str = "embedded", filled: Path | None = None
) -> None:
    """Make a home with the reviews: ingested, or copied from one that was `filled` with them before."""
    if filled:
        shutil.copytree(filled, home)
        return
    export = home.with_suffix(".jsonl")
    write_posts(reviews, export)
    run = [*DURE, "ingest", "jsonl", str(export), "--home", str(home), "--engine", engine]
    subprocess.run(run, check=True, stdout=sys.stderr)
