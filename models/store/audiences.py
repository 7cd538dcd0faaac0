"""Audiences: distinct token sets with one id each, and the small set of them that a scope meets."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select

from models.scope import Scope
from models.store.digests import digest_of
from models.store.directory_tables import ChannelRow
from models.store.statements import among, chunks, insert_missing
from models.store.tables import AudienceRow, AudienceTokenRow, PostRow


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
        """Look up many at once; those that are new are made when they are asked for."""
        sets = {digest_of(*sorted(set(tokens))): tokens for tokens in token_sets}
        query = select(AudienceRow.id, AudienceRow.digest).where(among(AudienceRow.digest, sets))
        for audience, digest in self._connection.execute(query):
            self._known[sets[digest]] = Audience(audience, digest)

    def of(self, tokens: tuple[str, ...]) -> Audience:
        """The audience with exactly these tokens; made when it is new."""
        audience = self._known.get(tokens)
        if audience is None:
            audience = self._known[tokens] = self._find(tuple(sorted(set(tokens))))
        return audience

    def _find(self, tokens: tuple[str, ...]) -> Audience:
        digest = digest_of(*tokens)
        find = select(AudienceRow.id).where(AudienceRow.digest == digest)
        found = self._connection.execute(find).scalar()
        if found is None:
            insert_missing(self._connection, AudienceRow, {"digest": digest})
            found = self._connection.execute(find).scalar_one()
            rows = [{"audience_id": found, "token": token} for token in tokens]
            if rows:
                self._connection.execute(insert(AudienceTokenRow), rows)
        return Audience(found, digest)


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


def visible(scope: Scope) -> ColumnElement[bool]:
    """The condition that a post is visible to a scope, where `channel` is outer joined."""
    audiences = select(AudienceTokenRow.audience_id).where(among(AudienceTokenRow.token, scope.tokens))
    denied: dict[str, list[str]] = defaultdict(list)
    for container in scope.denied:
        kind, _, name = container.partition(":")
        denied[kind].append(name)
    conditions = [~PostRow.deleted, PostRow.audience_id.in_(audiences)]
    if denied["channel"]:
        conditions.append(~among(PostRow.channel, denied["channel"]))
    if denied["thread"]:
        conditions.append(~among(PostRow.thread, denied["thread"]))
    if denied["company"]:
        conditions.append(~among(func.coalesce(ChannelRow.company, ""), denied["company"]))
    return and_(*conditions)
