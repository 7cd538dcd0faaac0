"""Revisions of encoders: a digest of everything in a directory; of two encoders as one, both."""

import hashlib
from pathlib import Path

JOINT = "+"
"""Between the revisions of two parts; no other revision has one."""


def encoder_revision(directory: Path) -> str:
    """The same for the same files, wherever they lie; reads all of them (about 1 GB/s)."""
    digest = hashlib.sha256()
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        digest.update(path.relative_to(directory).as_posix().encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


def paired_revision(prompt: str, following: str) -> str:
    """That of two encoders as one."""
    return f"{prompt}{JOINT}{following}"


def prompt_revision(revision: str) -> str:
    """The revision of the prompt part of the encoder with this one; itself where there are no two parts."""
    return revision.partition(JOINT)[0]


def is_paired(revision: str) -> bool:
    """Whether the encoder with this revision has two parts."""
    return JOINT in revision
