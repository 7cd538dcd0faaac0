"""What one process of a run makes and all of them share: with two, what takes long is not made twice."""

import functools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from models.language import prepared_sentences

prepared = functools.cache(prepared_sentences._prepare)
"""The model of sentences, for tests in which many homes each would prepare it anew."""


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The file or folder of that name, which `make` makes at the path that it is given.

    It is for reading: whoever writes takes a copy.
    """
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    made = shared / name
    with FileLock(shared / f"{name}.lock"):
        if not made.exists():
            # Only what is finished gets the name.
            begun = factory.mktemp("begun") / name
            make(begun)
            begun.rename(made)
    return made


def copied(home: Path, to: Path) -> Path:
    """A copy of a home, which shares what lies in the cache: that is never changed in its place."""

    def take(source: str, target: str) -> None:
        (os.link if Path(source).parent == home / "cache" else shutil.copy2)(source, target)

    return shutil.copytree(home, to, copy_function=take, dirs_exist_ok=True)
