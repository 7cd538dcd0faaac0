"""Files posts under topics, by what they say and by their place: the opener of the thread, the channel."""

from collections.abc import Mapping, Sequence

from models.language.annotation import TagRow
from models.language.annotator import Annotator, Draft
from models.language.packing import tag_rows
from models.language.topics import PHRASE, topics
from models.records import PostKind
from models.store import Store
from models.stored import Opener
from pipelines.annotating import ReadPost


class Filing:
    """Knows where posts stand. A reply takes topics only of an opener that the very same people may read."""

    def __init__(self, store: Store, annotator: Annotator) -> None:
        self._store = store
        self._annotator = annotator
        self._channels: dict[str, tuple[tuple[str, str], list[TagRow]]] = {}

    def topics(self, page: Sequence[ReadPost]) -> dict[str, list[str]]:
        """The keys of the topics of each post of a page that has been read, by id.

        A phrase may be a topic that nobody has listed: where several posts say it, its count tells.
        """
        read = {post.id: (post, annotation.packed.tags) for post, annotation in page if annotation}
        threads = {post.thread for post, _ in read.values()}
        openers = {post.id: Opener(post.audience, tags) for post, tags in read.values() if post.id in threads}
        channels = {post.channel for post, _ in read.values()}
        known = self._store.surroundings(threads - openers.keys(), channels)
        openers.update(known.openers)
        self._read_channels(known.channels)
        filed = {}
        for post, tags in read.values():
            opener = None if post.thread == post.id else openers.get(post.thread)
            shared = opener is not None and opener.audience == post.audience
            rows = tag_rows(tags)
            found = topics(
                rows,
                channel=self._channels[post.channel][1] if post.channel in self._channels else (),
                opener=tag_rows(opener.tags) if opener and shared else None,
                length=len(post.text),
                answers=post.kind == PostKind.ANSWER,
            )
            phrases = [key for key, _, kind, _ in rows if kind == PHRASE]
            filed[post.id] = [*(key for key, *_ in found), *phrases]
        return filed

    def _read_channels(self, texts: Mapping[str, tuple[str, str]]) -> None:
        """Read the names and descriptions that are new or have changed."""
        fresh = {
            channel: text
            for channel, text in texts.items()
            if channel not in self._channels or self._channels[channel][0] != text
        }
        drafts = [Draft(title=name, text=description) for name, description in fresh.values()]
        for (channel, text), annotation in zip(fresh.items(), self._annotator.annotate(drafts), strict=True):
            rows = [(tag.key, tag.name, tag.kind, tag.weight) for tag in annotation.tags]
            self._channels[channel] = (text, rows)
