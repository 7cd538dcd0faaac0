"""Audiences: distinct token sets with one id each, and the small set of them that a scope meets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, select

from models.scope import Scope
from models.store.digests import digest_of
from models.store.directory_tables import ChannelRow
from models.store.statements import among, among_given, chunks, insert_missing, insert_new, listed
from models.store.table import aliased
from models.store.tables import AudienceRow, AudienceTokenRow, PostRow

SCOPES_KEPT = 256
"""Scopes whose parameters are kept: the largest, of 2,000 tokens, takes a millisecond to write down."""


class Audience(NamedTuple):
    """A token set's id in this database, and its digest in any."""

    id: int
    digest: str


class Audiences:
    """The audiences that one transaction has met."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, ...], Audience] = {}

    def load(self, token_sets: Iterable[tuple[str, ...]]) -> None:
        """Look up many at once; those that are new are made."""
        sets = {digest_of(*sorted(set(tokens))): tokens for tokens in token_sets}
        found = self._look_up(sets)
        if new := sets.keys() - found.keys():
            insert_missing(self._connection, AudienceRow, [{"digest": digest} for digest in new])
            made = self._look_up(new)
            rows = [
                {"audience_id": made[digest], "token": token} for digest in new for token in set(sets[digest])
            ]
            insert_new(self._connection, AudienceTokenRow, rows)
            found |= made
        self._known.update((sets[digest], Audience(audience, digest)) for digest, audience in found.items())

    def of(self, tokens: tuple[str, ...]) -> Audience:
        """The audience with exactly these tokens; made when it is new."""
        if tokens not in self._known:
            self.load([tokens])
        return self._known[tokens]

    def _look_up(self, digests: Iterable[str]) -> dict[str, int]:
        query = select(AudienceRow.digest, AudienceRow.id).where(among(AudienceRow.digest, digests))
        return dict(self._connection.execute(query).all())


def tokens_of(connection: Connection, audiences: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The sorted tokens of each audience."""
    tokens: dict[int, tuple[str, ...]] = {}
    for chunk in chunks(set(audiences)):
        tokens.update((audience, ()) for audience in chunk)
        query = select(AudienceTokenRow.audience_id, AudienceTokenRow.token).where(
            AudienceTokenRow.audience_id.in_(chunk)
        )
        for audience, token in connection.execute(query.order_by(AudienceTokenRow.token)):
            tokens[audience] += (token,)
    return tokens


def visible(
    denials: bool, post: type[PostRow] = PostRow, channel: type[ChannelRow] = ChannelRow
) -> ColumnElement[bool]:
    """The condition that a post is visible to the scope whose `seen_by` is given with the statement.

    With `denials` (whether the scope denies anything) `channel` must be outer joined.
    """
    # Post by post: audiences that hold `everyone` are as many as channels, and each statement would list them
    # anew. `is_` keeps SQLite from trying every one of a scope's 2,000 tokens instead, and PostgreSQL from
    # listing them for each post.
    held = among_given(AudienceTokenRow.token, "tokens").is_(True)
    meets = exists().where(AudienceTokenRow.audience_id == post.audience_id, held)
    if not denials:
        return and_(~post.deleted, meets)
    return and_(
        ~post.deleted,
        meets,
        ~among_given(post.channel, "denied_channels"),
        ~among_given(post.thread, "denied_threads"),
        ~among_given(func.coalesce(channel.company, ""), "denied_companies"),
    )


def only_visible(
    query: "Select[*tuple[Any, ...]]", denials: bool, post: type[PostRow]
) -> "Select[*tuple[Any, ...]]":
    """The query with the condition that another post of it is `visible`, too."""
    channel = aliased(ChannelRow)
    if denials:
        query = query.outerjoin(channel, channel.id == post.channel)
    return query.where(visible(denials, post, channel))


@lru_cache(SCOPES_KEPT)
def seen_by(scope: Scope) -> Mapping[str, str]:
    """The parameters of `visible` for a scope."""
    if not scope.denied:
        return {"tokens": listed(scope.tokens)}
    denied: dict[str, list[str]] = defaultdict(list)
    for container in scope.denied:
        kind, _, name = container.partition(":")
        denied[kind].append(name)
    return {
        "tokens": listed(scope.tokens),
        "denied_channels": listed(denied["channel"]),
        "denied_threads": listed(denied["thread"]),
        "denied_companies": listed(denied["company"]),
    }
