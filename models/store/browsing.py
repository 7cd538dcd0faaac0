"""What is shown beside posts: topics of posts, people, what was solved lately, and API tokens."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

from sqlalchemy import Connection, func, or_, select

from models.api_token import ApiToken
from models.language.annotation import Tag
from models.language.packing import FirstVector
from models.moments import FUTURE, now
from models.ranking_features import Conversations
from models.records import PostKind
from models.scope import EVERYONE, Scope
from models.store import annotations, signals
from models.store.audiences import seen_by, visible
from models.store.directory_tables import AccountLinkRow, AccountRow, ChannelRow, PersonRow
from models.store.employments import OWNER
from models.store.moment import Moment
from models.store.statements import among
from models.store.tables import AcceptanceRow, PostRow
from models.store.thread_vectors import thread_vectors
from models.store.tokens import unrevoked
from models.stored import Solution

PAGE = 500
PAGES = 10
"""Acceptances are looked through page by page, the latest first: whoever sees hardly any gets an end, too."""


class Browsing:
    """Reads of one store, each a transaction; those of what people wrote or are, under a scope."""

    def __init__(self, moment: Callable[[], AbstractContextManager[Moment]]) -> None:
        self._moment = moment

    def topics(self, ids: Collection[str], scope: Scope) -> dict[str, tuple[Tag, ...]]:
        """The weighted topics of those of the posts that are visible and have been read as they are now."""
        with self._moment() as moment:
            return moment.remembered(annotations.topics, ids, scope)

    def replies(self, threads: Collection[str], scope: Scope, most: int) -> Conversations:
        """Who opened threads, and of each the first `most` posts and the accepted answers: by whom they are
        and what people did with them, not what they say.
        """
        with self._moment() as moment:
            return signals.conversations(moment, threads, scope, now(), whole=threads, most=most, texts=False)

    def thread_vectors(
        self, threads: Collection[str], scope: Scope, most: int, *, alone: Collection[str] = ()
    ) -> dict[str, dict[str, FirstVector]]:
        """By thread the vectors of its first `most` posts that are visible, the first post first; likewise of
        threads in which one post stands `alone`.
        """
        with self._moment() as moment:
            return thread_vectors(moment.connection, threads, scope, most, alone)

    def answered(self, questions: Collection[str], scope: Scope) -> set[str]:
        """Those of the visible questions that have a visible answer, accepted or not."""
        replied = select(PostRow.thread, PostRow.id).where(
            among(PostRow.thread, questions), PostRow.kind == PostKind.ANSWER
        )
        solved = select(AcceptanceRow.question, AcceptanceRow.answer).where(
            among(AcceptanceRow.question, questions), AcceptanceRow.accepted
        )
        with self._moment() as moment:
            found = (*moment.connection.execute(replied), *moment.connection.execute(solved))
            pairs = {(question, answer) for question, answer in found}
            seen = _seen(moment.connection, {post for pair in pairs for post in pair}, scope)
        return {question for question, answer in pairs if question in seen and answer in seen}

    def solved(self, questions: Collection[str], scope: Scope) -> set[str]:
        """Those of the questions of which a visible answer was accepted."""
        query = select(AcceptanceRow.question).join(PostRow, PostRow.id == AcceptanceRow.answer)
        query = query.outerjoin(ChannelRow, ChannelRow.id == PostRow.channel).where(
            among(AcceptanceRow.question, questions), AcceptanceRow.accepted, visible(bool(scope.denied))
        )
        with self._moment() as moment:
            return set(moment.connection.execute(query, seen_by(scope)).scalars())

    def solved_lately(self, scope: Scope, limit: int) -> list[Solution]:
        """What was accepted last where question and answer are both visible, the latest first."""
        at = func.coalesce(AcceptanceRow.created, PostRow.created)
        has_not_come = at > now() + FUTURE
        query = (
            select(AcceptanceRow.question, AcceptanceRow.answer, AcceptanceRow.created)
            .join(PostRow, PostRow.id == AcceptanceRow.answer)
            .where(AcceptanceRow.accepted)
            .order_by(has_not_come, at.desc(), AcceptanceRow.question)
        )
        found: list[Solution] = []
        with self._moment() as moment:
            for page in range(PAGES):
                rows = moment.connection.execute(query.offset(page * PAGE).limit(PAGE)).all()
                named = {post for question, answer, _ in rows for post in (question, answer)}
                seen = _seen(moment.connection, named, scope)
                found += [
                    Solution(question=question, answer=answer, accepted=accepted)
                    for question, answer, accepted in rows
                    if question in seen and answer in seen
                ]
                if len(found) >= limit or len(rows) < PAGE:
                    break
        return found[:limit]

    def people(self, text: str, scope: Scope, limit: int) -> list[str]:
        """The first persons, by name, with a text in id, name or login; a guest is told of nobody."""
        if EVERYONE not in scope.tokens:
            return []
        logins = (
            select(OWNER)
            .select_from(AccountRow)
            .outerjoin(AccountLinkRow, AccountLinkRow.account == AccountRow.id)
            .where(AccountRow.handle.icontains(text, autoescape=True))
        )
        query = select(PersonRow.id).order_by(PersonRow.name, PersonRow.id).limit(limit)
        if text:
            said = (PersonRow.id, PersonRow.name, PersonRow.name_en)
            query = query.where(
                or_(*(name.icontains(text, autoescape=True) for name in said), PersonRow.id.in_(logins))
            )
        with self._moment() as moment:
            return list(moment.connection.execute(query).scalars())

    def tokens(self) -> list[ApiToken]:
        """The API tokens that nobody has revoked, by name, for administrators; some may have expired."""
        with self._moment() as moment:
            return unrevoked(moment.connection)


def _seen(connection: Connection, ids: Collection[str], scope: Scope) -> set[str]:
    query = select(PostRow.id).outerjoin(ChannelRow, ChannelRow.id == PostRow.channel)
    query = query.where(among(PostRow.id, ids), visible(bool(scope.denied)))
    return set(connection.execute(query, seen_by(scope)).scalars())
