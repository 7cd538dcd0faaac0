"""People's names are followed while running: posts that tell a new one are read again."""

from models.language.analyzer import Analyzer
from models.language.known_names import KnownNames
from models.store import Store

NAMES_STATE = "names"
"""The state that tells with how many of the store's names the posts have been read."""


class NameFollower:
    """Lets one analyser know the names of one store."""

    def __init__(self, store: Store, analyzer: Analyzer) -> None:
        self._store = store
        self._analyzer = analyzer
        self._known = self._followed = 0
        self._revision = 0

    def learn(self) -> None:
        """Know the names that have come; what is read from now on is read with them."""
        fresh = self._store.known_names.after(self._known)
        if fresh:
            self._analyzer.know(KnownNames(fresh, self._analyzer.names))
            self._known += len(fresh)
            self._revision = self._store.last_revision()

    def follow(self) -> int:
        """As `learn`, and have posts read again that were read without these names; how many they are.

        Every publisher learns after it has fetched what it reads. So whatever is written after a name is read
        with it, and what was written before is found in the store by whoever follows the name.
        """
        self.learn()
        if self._followed == self._known:
            return 0
        reread = 0
        read_with = int(self._store.get_state(NAMES_STATE) or 0)
        if read_with < self._known:
            fresh = KnownNames(self._store.known_names.after(read_with))
            reread = self._store.reread(fresh.are_told_in, until=self._revision)
            self._store.set_state(NAMES_STATE, str(self._known))
        self._followed = self._known
        return reread
