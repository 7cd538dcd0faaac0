"""Assigns topics to posts, by what they say and by their place: the opener of the thread, the channel."""

from collections.abc import Mapping, Sequence

from models.language.annotation import TagRow
from models.language.annotator import Annotator, PostText
from models.language.packing import packed_rows, tag_rows
from models.language.topics import PHRASE, topics
from models.publish_context import ChannelText, Opener
from models.records import PostKind
from models.store import Store
from models.stored import PendingPost
from pipelines.annotating import Indexable, ReadPost

WRITTEN_UP = frozenset((PostKind.QUESTION, PostKind.DOCUMENT, PostKind.BLOG, PostKind.IDEA))
"""Kinds of openers that are about something: others may be remarks."""
NO_CHANNEL: tuple[ChannelText, list[TagRow]] = (ChannelText("", "", frozenset()), [])


class TopicAssignment:
    """Knows where posts stand.

    A reply takes topics only of an opener that the very same people may read, a post those of its channel
    only if all of its readers may read the channel: else a topic would tell what a hidden place is about.
    """

    def __init__(self, store: Store, annotator: Annotator) -> None:
        self._store = store
        self._annotator = annotator
        self._channels: dict[str, tuple[ChannelText, list[TagRow]]] = {}

    def assigned(self, page: Sequence[ReadPost]) -> list[ReadPost]:
        """The posts of a page that has been read, each with its topics.

        A phrase may be a topic that nobody has listed: where several posts say it, its count tells.
        """
        read = {post.id: (post, annotation.packed.tags) for post, annotation in page if annotation}
        threads = {post.thread for post, _ in read.values()}
        openers = {post.id: Opener(post.audience, tags) for post, tags in read.values() if post.id in threads}
        channels = {post.channel for post, _ in read.values()}
        known = self._store.publish_context(threads - openers.keys(), channels)
        openers.update(known.openers)
        self._read_channels(known.channels)
        return [
            ReadPost(post, annotation and self._with_topics(post, annotation, openers.get(post.thread)))
            for post, annotation in page
        ]

    def _with_topics(self, post: PendingPost, annotation: Indexable, opener: Opener | None) -> Indexable:
        found = self._packed_topics(post, annotation.packed.tags, opener)
        # What has not changed is not kept once more.
        if found == annotation.packed.topics:
            return annotation
        return Indexable(annotation.packed._replace(topics=found), annotation.grams)

    def _packed_topics(self, post: PendingPost, column: str, opener: Opener | None) -> str:
        tags = tag_rows(column)
        opens = post.thread == post.id
        if opens and all(kind == PHRASE for _, _, kind, _ in tags):
            return column  # as of most remarks
        text, rows = self._channels.get(post.channel, NO_CHANNEL)
        channel = rows if text.audience.issuperset(post.audience) else ()
        if opens:
            found = topics(tags, channel=channel, written_up=post.kind in WRITTEN_UP)
        else:
            shared = opener is not None and opener.audience == post.audience
            found = topics(
                tags,
                channel=channel,
                opener=tag_rows(opener.tags) if opener and shared else (),
                length=len(post.text),
                answers=post.kind == PostKind.ANSWER,
            )
        return packed_rows([*found, *(tag for tag in tags if tag[2] == PHRASE)])

    def _read_channels(self, texts: Mapping[str, ChannelText]) -> None:
        """Read the names and descriptions that are new or have changed."""
        fresh = {
            channel: text
            for channel, text in texts.items()
            if channel not in self._channels or self._channels[channel][0] != text
        }
        post_texts = [PostText(title=text.name, text=text.description) for text in fresh.values()]
        for (channel, text), annotation in zip(
            fresh.items(), self._annotator.annotate(post_texts), strict=True
        ):
            rows = [(tag.key, tag.name, tag.kind, tag.weight) for tag in annotation.tags]
            self._channels[channel] = (text, rows)
