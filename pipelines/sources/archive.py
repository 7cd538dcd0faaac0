"""The files of a folder or a zip archive, read chunk by chunk; nothing is ever unpacked to disk."""

import os
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Self

from models.counted import counted
from models.errors import UnreadableSource
from pipelines.sources.encoding import decoded
from pipelines.sources.pieces import CHUNK
from pipelines.sources.source import Progress, source_size

DAMAGE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError)
"""What reading a damaged file raises; the last two are for a password and an unknown compression."""

UTF8_NAME = 0x800
"""The flag of a zip entry whose name is UTF-8; others are in the code page of whoever made the archive."""

_ABOVE = re.compile(r"^(?:[A-Za-z]:(?=/)|\.{0,2}/)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    open: Callable[[], IO[bytes]]
    size_on_disk: int
    size: int


class Archive:
    """The files of an export, by name relative to the folder that holds all of the landmarks found.

    Names are in NFC (macOS writes NFD) and, in a zip from Windows, decoded from CP949. Raises
    `UnreadableSource` when the path is missing, damaged as a whole, or has none of the landmarks.
    """

    def __init__(self, path: Path, progress: Progress, *, landmarks: tuple[str, ...], what: str) -> None:
        self.path = path
        self._progress = progress
        self._zip: zipfile.ZipFile | None = None
        if path.is_dir():
            members, folders = _named(_folder_members(path)), _folders(path)
        elif path.is_file():
            self._zip = _open_zip(path)
            members, folders = _named(_zip_members(self._zip)), _zip_folders(self._zip)
        else:
            raise UnreadableSource(
                f"{path} does not exist.", remedy="Give the path of a folder or a .zip file."
            )
        found = [PurePosixPath(name) for name in members if PurePosixPath(name).name in landmarks]
        if not found:
            self.close()
            raise UnreadableSource(
                f"{path} is not {what}: it holds none of {', '.join(landmarks)}.",
                remedy="Give the folder or .zip as it was exported.",
            )
        # An organisation's export holds several such folders: what they have in common is the export.
        root = PurePosixPath(os.path.commonpath([f"/{name.parent}" for name in found])).relative_to("/")
        self._members = {
            str(PurePosixPath(name).relative_to(root)): member
            for name, member in members.items()
            if PurePosixPath(name).is_relative_to(root)
        }
        self.outside = [name for name in members if not PurePosixPath(name).is_relative_to(root)]
        """Files beside the export, by the names that they have there."""
        self.empty_folders = sorted(
            str(PurePosixPath(folder).relative_to(root))
            for folder in folders
            if PurePosixPath(folder).is_relative_to(root) and PurePosixPath(folder) != root
        )
        """Folders without any file that the archive names all the same."""
        self._prefix = path.name if str(root) == "." else f"{path.name}/{root}"
        # The rest is never read, so it is done with now.
        progress((source_size(path) or 0) - sum(member.size_on_disk for member in self._members.values()))

    @property
    def names(self) -> list[str]:
        """Every file's name, sorted."""
        return sorted(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the zip file, if it is one."""
        if self._zip is not None:
            self._zip.close()

    def where(self, name: str) -> str:
        """A file's name for people: with that of the folder or archive before it."""
        return f"{self._prefix}/{name}"

    def skip(self, name: str) -> None:
        """Count a file as done with that is not going to be read."""
        self._progress(self._members[name].size_on_disk)

    def chunks(self, name: str, *, ahead: bool = False) -> Iterator[bytes]:
        """The content of a file, once more where it is read `ahead` of its turn.

        Raises `UnreadableSource` at the point where it is damaged.
        """
        member = self._members[name]
        read = reported = 0
        try:
            with member.open() as stream:
                while chunk := stream.read(CHUNK):
                    read += len(chunk)
                    on_disk = member.size_on_disk * read // member.size if member.size else 0
                    self._progress(0 if ahead else on_disk - reported)
                    reported = on_disk
                    yield chunk
        except DAMAGE as error:
            raise damaged(error, read) from error


def damaged(error: Exception, read: int) -> UnreadableSource:
    """What to raise where reading a file fails after `read` bytes."""
    return UnreadableSource(
        f"The file is damaged after {counted(read, 'byte')}: {error}.",
        remedy="Export it again, or copy it again; what stood before the damage was kept.",
    )


def _named(members: Iterable[tuple[str, _Member]]) -> dict[str, _Member]:
    """Members by name. Two names that differ only in how they are written get different ones."""
    named: dict[str, _Member] = {}
    for name, member in members:
        path, count = PurePosixPath(name), 1
        while name in named:
            count += 1
            name = str(path.with_name(f"{path.stem}~{count}{path.suffix}"))
        named[name] = member
    return named


def _folders(path: Path) -> set[str]:
    return {
        _readable(os.fsencode(folder.relative_to(path).as_posix()))
        for folder in path.rglob("*")
        if folder.is_dir() and not any(folder.iterdir())
    }


def _zip_folders(archive: zipfile.ZipFile) -> set[str]:
    names = [_zip_name(info).rstrip("/") for info in archive.infolist()]
    parents = {str(PurePosixPath(name).parent) for name in names}
    folders = (name for name, info in zip(names, archive.infolist(), strict=True) if info.is_dir())
    return {folder for folder in folders if folder not in parents and not _is_litter(folder)}


def _folder_members(path: Path) -> Iterator[tuple[str, _Member]]:
    for file in path.rglob("*"):
        relative = file.relative_to(path)
        # A link to a folder is not followed, for it may lead round in a circle: it counts as a file.
        if (file.is_file() or file.is_symlink()) and not _is_litter(relative.as_posix()):
            size = file.stat().st_size if file.is_file() else 0
            yield (
                _readable(os.fsencode(relative.as_posix())),
                _Member(
                    open=lambda file=file: file.open("rb"),  # type: ignore[misc]
                    size_on_disk=size,
                    size=size,
                ),
            )


def _zip_members(archive: zipfile.ZipFile) -> Iterator[tuple[str, _Member]]:
    for info in archive.infolist():
        name = _zip_name(info)
        if not info.is_dir() and not _is_litter(name):
            yield (
                name,
                _Member(
                    open=lambda info=info: archive.open(info),  # type: ignore[misc]
                    size_on_disk=info.compress_size,
                    size=info.file_size,
                ),
            )


def _zip_name(info: zipfile.ZipInfo) -> str:
    return _readable(info.filename.encode("utf-8" if info.flag_bits & UTF8_NAME else "cp437"))


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        with path.open("rb") as stream:
            cut = stream.read(4) == b"PK\x03\x04"
        raise UnreadableSource(
            f"{path} {'is a zip file without its end' if cut else 'is not a zip file'}: {error}.",
            remedy="Copy or download it again, whole."
            if cut
            else "Unpack it, and give the folder; of archives only .zip can be read.",
        ) from error


def _readable(name: bytes) -> str:
    # Some programs of Windows write its own separator, also into a zip, where the norm forbids it.
    # A root, a drive, this or the upper folder before the first name says nothing inside of an export.
    return _ABOVE.sub("", unicodedata.normalize("NFC", decoded(name).text).replace("\\", "/"))


def _is_litter(name: str) -> bool:
    """Whether macOS left it there."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")
