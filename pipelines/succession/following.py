"""Posts are looked through for what they put right, replace or revoke, as they are published.

What a post speaks of may come after it, change, or go: who tells something is remembered, and asked again
when something near it has changed.
"""

from models.language.succession_cues import REVISION, speaks_of_another
from models.store import Store
from pipelines.succession.finding import found_by, may_speak_of_own
from pipelines.succession.references import names_another, sought_by

REACHED_STATE = "succession"
"""The state that tells by which cues, and up to which revision, posts have been looked through."""
LOOKED_THROUGH = 4_000
"""Posts looked through at a time, half a second: after an upgrade it may be all there are, and what is
written meanwhile waits for no more of them."""
AT_ONCE = 200
"""Telling posts whose finds are written together."""


class SuccessionFollower:
    """Keeps the successions of one store as its posts tell them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def follow(self) -> bool:
        """Look through some of what has changed since the last time; whether there is more.

        Ended at any moment it begins again where it did; done twice, or by two at once, it finds the same.
        """
        last = self._store.last_revision()
        after = self._reached()
        if after >= last:
            return False
        until = self._store.successions.end_of(after, LOOKED_THROUGH) or last
        for page in self._store.successions.written(after, until):
            telling = {
                post: names_another(text)
                for post, text in page
                if text is not None and speaks_of_another(text)
            }
            self._store.successions.tell(telling, {post for post, _ in page}.difference(telling))
        concerned = self._store.successions.concerned(after, until)
        for start in range(0, len(concerned), AT_ONCE):
            self._ask(concerned[start : start + AT_ONCE])
        self._store.set_state(REACHED_STATE, f"{REVISION} {until}")
        return until < last

    def _reached(self) -> int:
        revision, _, reached = (self._store.get_state(REACHED_STATE) or "").partition(" ")
        return int(reached) if revision == REVISION else 0

    def _ask(self, posts: list[str]) -> None:
        successions, timezone = self._store.successions, self._store.timezone
        found = []
        for teller in successions.tellers(posts):
            sought = sought_by(teller, timezone, own=may_speak_of_own(teller))
            thread, others = successions.context(teller, sought)
            found += found_by(teller, thread, others, timezone)
        successions.keep(posts, found)
