"""Digests that are kept: a file is read again whenever it may be another one."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from models import kept_digests
from models.kept_digests import KeptDigests

OLD, NEW = (hashlib.sha256(content).hexdigest() for content in (b"old", b"new"))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read, in a world where none is young."""
    monkeypatch.setattr(kept_digests, "YOUNG_SECONDS", 0)
    read: list[str] = []
    digest = hashlib.file_digest

    def counted(file: object, kind: str) -> object:
        read.append(Path(file.name).name)  # type: ignore[attr-defined]
        return digest(file, kind)  # type: ignore[arg-type]

    monkeypatch.setattr(hashlib, "file_digest", counted)
    return read


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "cache").mkdir()
    file = tmp_path / "weights"
    file.write_bytes(b"old")
    return file


def test_a_file_is_read_once(file: Path, reads: list[str]) -> None:
    for _ in range(3):
        assert KeptDigests(file.parent / "cache").sha256(file) == OLD
    assert reads == ["weights"]


def written_anew(file: Path) -> None:
    file.write_bytes(b"new")


def replaced(file: Path) -> None:
    other = file.with_name("other")
    other.write_bytes(b"new")
    seen = file.stat()
    os.utime(other, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    other.replace(file)


def written_with_its_time_set_back(file: Path) -> None:
    seen = file.stat()
    file.write_bytes(b"new")
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))


@pytest.mark.parametrize("change", [written_anew, replaced, written_with_its_time_set_back])
def test_a_file_that_was_changed_is_read_again(
    file: Path, reads: list[str], change: Callable[[Path], None]
) -> None:
    digests = KeptDigests(file.parent / "cache")
    assert digests.sha256(file) == OLD
    change(file)
    assert [digests.sha256(file), digests.sha256(file)] == [NEW, NEW]
    assert len(reads) == 2


def test_of_a_file_that_is_just_being_written_nothing_is_kept(
    file: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_digests, "YOUNG_SECONDS", 600)
    digests = KeptDigests(file.parent / "cache")
    assert [digests.sha256(file), digests.sha256(file)] == [OLD, OLD]
    assert len(reads) == 2


@pytest.mark.parametrize("rubbish", ["", "{", "[]", '{"a": 1}', '{"a": []}'])
def test_a_damaged_list_is_made_anew(file: Path, reads: list[str], rubbish: str) -> None:
    (file.parent / "cache" / "digests.json").write_text(rubbish)
    digests = KeptDigests(file.parent / "cache")
    assert [digests.sha256(file), digests.sha256(file)] == [OLD, OLD]
    assert len(reads) == 1


def test_what_is_gone_is_no_longer_listed(file: Path, reads: list[str]) -> None:
    gone, digests = file.with_name("gone"), KeptDigests(file.parent / "cache")
    gone.write_bytes(b"new")
    assert [digests.sha256(gone), digests.sha256(file)] == [NEW, OLD]
    gone.unlink()
    file.write_bytes(b"new")
    digests.sha256(file)
    assert "/gone" not in (file.parent / "cache" / "digests.json").read_text()


@pytest.mark.parametrize("folder", [None, Path("/nowhere/at/all")])
def test_without_a_folder_files_are_read_every_time(
    file: Path, reads: list[str], folder: Path | None
) -> None:
    digests = KeptDigests(folder)
    assert [digests.sha256(file), digests.sha256(file)] == [OLD, OLD]
    assert len(reads) == 2
    with pytest.raises(NotADirectoryError):
        digests.sha256(file / "none")
