"""The encoders that were adapted to a company: they lie in its home, and one file says which is used."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from models.durable import put_in_place, write_durably
from models.language.encoder_revision import encoder_revision, prompt_revision
from models.language.encoders import SHIPPED

FOLDER = "encoders"
CURRENT = "CURRENT"
"""The file that names the encoder in use; where there is none, it is the one that ships."""
_NAME = re.compile(r"[0-9a-f]{12}")


class AdaptedEncoders:
    """The folder `encoders` of a home: a directory for each encoder, named by its revision."""

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER

    def current(self) -> Path | None:
        """The directory of the adapted encoder in use; None where there is none, or where it is gone."""
        try:
            name = (self.folder / CURRENT).read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        place = self.folder / name
        return place if _NAME.fullmatch(name) and place.is_dir() else None

    def add(self, written: Path) -> Path:
        """Move a directory that was written in `draft` to its place; gives it."""
        place = self.folder / encoder_revision(written)
        if not place.exists():
            put_in_place(written, place)
        return place

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """A directory to write an encoder into, which goes unless it was added."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="draft-", dir=self.folder) as folder:
            yield Path(folder) / "encoder"

    def use(self, encoder: Path | None) -> None:
        """Let this one, or the one that ships, be used from the next rebuild on. One atomic rename."""
        current = self.folder / CURRENT
        if encoder is None:
            current.unlink(missing_ok=True)
            return
        write_durably(current, f"{encoder.name}\n".encode())

    def find(self, revision: str) -> Path | None:
        """The directory, here or in the product, of the encoder with an embedder's revision."""
        _, _, digest = prompt_revision(revision).rpartition("-")
        if _NAME.fullmatch(digest) and (self.folder / digest).is_dir():
            return self.folder / digest
        return SHIPPED if encoder_revision(SHIPPED) == digest else None

    def sweep(self) -> None:
        """Remove every encoder but the one in use."""
        kept = self.current()
        for path in self.folder.glob("*"):
            if path.is_dir() and path != kept:
                shutil.rmtree(path, ignore_errors=True)


def encoder_of(home: Path) -> Path:
    """The encoder of a home whose settings name none: the adapted one, or else the one that ships."""
    return AdaptedEncoders(home).current() or SHIPPED
