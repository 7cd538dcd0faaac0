"""A build made aside while the live one goes on serving."""

from collections.abc import Callable, Iterable

from indexer.embedded.build import BuildWriter, batches
from indexer.embedded.folder import IndexFolder
from indexer.engine import Entry, Removal
from models.errors import IndexLost, PostsRefused

COMMIT_POSTS = (
    20_000  # posts after which the build commits aside, so that memory does not grow with the index
)


class EmbeddedRebuild:
    """A `Rebuild`: no reader sees it until `finish` names it."""

    def __init__(
        self, folder: IndexFolder, writer: BuildWriter, swap_in: Callable[[BuildWriter], None]
    ) -> None:
        self._folder = folder
        self._writer = writer
        self._swap_in = swap_in

    def put(self, entries: Iterable[Entry]) -> None:
        """Index posts into the new build."""
        refused: dict[str, str] = {}
        for batch in batches(entries):
            refused |= self._writer.put(batch)
            if self._writer.uncommitted >= COMMIT_POSTS:
                self._writer.commit()
        if refused:
            raise PostsRefused(refused)

    def drop(self, removals: Iterable[Removal]) -> None:
        """Take posts out of the new build."""
        self._writer.drop(removals)

    def finish(self) -> None:
        """Swap the new build in and remove the old one, with what that had not committed."""
        self._writer.commit()
        self._swap_in(self._writer)

    def abandon(self) -> None:
        """Remove what was built, unless `finish` was interrupted when it had named it the live build."""
        self._writer.close()
        try:
            swapped_in = self._folder.live() == self._writer.build.path
        except IndexLost:
            swapped_in = False
        if not swapped_in:
            self._writer.build.remove()
