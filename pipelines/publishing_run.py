"""What one run of publishing has done so far, and its numbers in the end."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from models.errors import PostsRefused
from models.stored import Refusal, Withdrawal
from pipelines.annotating import ReadPost


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many posts a run put into the index and how many it withdrew."""

    put: int = 0
    withdrawn: int = 0


class Run:
    """What one run has done so far."""

    def __init__(self, before: Tally | None = None) -> None:
        self._put, self._withdrawn = (before.put, before.withdrawn) if before else (0, 0)
        self._refused: dict[str, Refusal] = {}
        self.unconfirmed: list[int] = []
        """Revisions that were put, or dropped, and are not known to be committed."""
        self.reached = 0
        """The last revision that was handed to the index."""

    def count(self, page: Sequence[ReadPost], refused: Iterable[Refusal]) -> None:
        """Count the posts of a page, as they are now."""
        for read in page:
            # A rebuild may have met it before, at an earlier revision.
            self._refused.pop(read.post.id, None)
        self._refused.update((refusal.post, refusal) for refusal in refused)
        gone = sum(read.post.deleted for read in page)
        self._put += sum(read.post.id not in self._refused for read in page) - gone
        self._withdrawn += gone

    def transferred(self, page: Sequence[ReadPost], refused: Iterable[Refusal]) -> None:
        """As `count`, of a page that awaits its commit."""
        refused = list(refused)
        self.count(page, refused)
        revisions = {refusal.revision for refusal in refused}
        self.unconfirmed += [read.post.revision for read in page if read.post.revision not in revisions]
        self.reached = page[-1].post.revision

    def take_out(self, page: Sequence[Withdrawal]) -> int:
        """Count those that are gone for good; returns how many they are."""
        gone = sum(withdrawal.deleted for withdrawal in page)
        self._withdrawn += gone
        return gone

    @property
    def refused(self) -> Collection[Refusal]:
        """The posts that the index does not take as they are."""
        return self._refused.values()

    def tally(self) -> Tally:
        """The numbers; raises `PostsRefused` if the index refused any post."""
        if self._refused:
            raise PostsRefused({refusal.post: refusal.reason for refusal in self.refused})
        return Tally(put=self._put, withdrawn=self._withdrawn)
