"""Puts on the path what the tests of several parts share: the fixtures of real servers, and their scripts."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
