"""Revisions of encoders: a digest of everything in a directory; of two encoders as one, both."""

import hashlib
from pathlib import Path

from models.kept_digests import KeptDigests

JOINT = "+"
"""Between the revisions of two parts; no other revision has one."""


def encoder_revision(directory: Path, cache: Path | None = None) -> str:
    """The same for the same files, wherever they lie; reads all of them (about 1 GB/s), but for those whose
    digests are kept in the folder `cache`.
    """
    digest, digests = hashlib.sha256(), KeptDigests(cache)
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        digest.update(path.relative_to(directory).as_posix().encode())
        digest.update(bytes.fromhex(digests.sha256(path)))
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
