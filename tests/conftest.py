"""Puts on the path what the tests of several parts share: the fixtures of real servers, and their scripts."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

# The root goes before this folder, whose `pipelines` would hide the package of that name.
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT)]
