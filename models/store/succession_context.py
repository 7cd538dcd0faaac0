"""What stands around a post that tells something of an older one: its thread, and what it may speak of."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, union

from models.records import PostKind
from models.store.directory_tables import AccountLinkRow, AccountRow, ChannelRow, PersonRow
from models.store.employments import OWNER, accounts_of
from models.store.reading import beside_of
from models.store.statements import among
from models.store.table import aliased
from models.store.tables import LinkRow, PostRow, SupersessionRow
from models.succession import Sought, Standing, Writing

PAGE = 1_000
FEW = 200
"""Revisions of which each post looks for what is near it."""
THREAD_POSTS = 200
"""Posts of a thread that are read for one of them; the first ones, and those before it."""
BY_AUTHOR = 100
"""Posts of an author, the last before theirs: whoever writes more has seldom in mind what is older."""
ANNOUNCED = 100
"""Documents of a channel, the last ones."""
NAMED = 20
"""Posts that bear a version or a day."""


NAMING = "naming"
"""Stands for why a post supersedes another one, of those that name it and may be spoken of by anybody."""


class Context(NamedTuple):
    """The thread of a post, by time, and other posts that it may speak of."""

    thread: list[Writing]
    others: list[Writing]


def concerned(connection: Connection, after: int, until: int) -> list[str]:
    """The telling posts that are among the posts of these revisions, or later than one of them and near it.

    Near is what stands in its thread, is by its account, is a document of its channel, is linked to by it, or
    opens a thread, where it names another by version or day.
    """
    if until - after > FEW:
        return _concerned_by_many(connection, after, until)
    teller, post = aliased(PostRow), aliased(PostRow)
    telling = select(teller.id).join(SupersessionRow, SupersessionRow.newer == teller.id)
    telling = telling.where(SupersessionRow.state == Standing.TELLING)
    fresh = post.revision.between(after + 1, until)
    later = teller.created >= post.created
    near = union(
        telling.where(teller.revision.between(after + 1, until)),
        telling.where(SupersessionRow.why == NAMING).join(post, and_(fresh, later, post.parent.is_(None))),
        telling.join(post, and_(fresh, later, post.thread == teller.thread)),
        telling.join(post, and_(fresh, later, post.account == teller.account)),
        telling.join(post, and_(fresh, later, post.channel == teller.channel, _announces(post))),
        telling.join(LinkRow, LinkRow.post == teller.id).join(
            post, and_(fresh, or_(LinkRow.url == post.url, LinkRow.url == post.id))
        ),
    )
    return list(connection.execute(near.order_by("id")).scalars())


def _concerned_by_many(connection: Connection, after: int, until: int) -> list[str]:
    """As `concerned`: all telling posts are gone through once, where each of many would look for its own."""
    near: dict[tuple[str, str], datetime] = {}
    query = select(
        PostRow.id, PostRow.url, PostRow.thread, PostRow.account, PostRow.channel, PostRow.kind,
        PostRow.parent, PostRow.created,
    )  # fmt: skip
    for row in connection.execute(query.where(PostRow.revision.between(after + 1, until))):
        places = {"thread": row.thread, "account": row.account, "link": row.id, "url": row.url}
        places["channel"] = row.channel if row.kind == PostKind.DOCUMENT else None
        places["naming"] = "" if row.parent is None else None
        for place in places.items():
            if place[1] is not None:
                near[place] = min(row.created, near.get(place, row.created))
    telling = select(
        PostRow.id, PostRow.revision, PostRow.thread, PostRow.account, PostRow.channel, PostRow.created,
        SupersessionRow.why,
    ).join(SupersessionRow, SupersessionRow.newer == PostRow.id)  # fmt: skip
    telling = telling.where(SupersessionRow.state == Standing.TELLING).order_by(PostRow.id)
    found: list[str] = []
    rows = connection.execute(telling).all()
    links = defaultdict(list)
    linked = select(LinkRow.post, LinkRow.url).join(SupersessionRow, SupersessionRow.newer == LinkRow.post)
    for post, url in connection.execute(linked.where(SupersessionRow.state == Standing.TELLING)):
        links[post].append(url)
    for post, revision, thread, account, channel, created, why in rows:
        around = [("thread", thread), ("account", account or ""), ("channel", channel)]
        around += [(kind, url) for url in links[post] for kind in ("link", "url")]
        if why == NAMING:
            around.append(("naming", ""))
        earliest = [near[place] for place in around if place in near]
        if after < revision <= until or any(begun <= created for begun in earliest):
            found.append(post)
    return found


def _announces(post: type[PostRow]) -> ColumnElement[bool]:
    return post.kind == PostKind.DOCUMENT


def writings(connection: Connection, column: ColumnElement[str], values: Collection[str]) -> list[Writing]:
    """The posts of which a column has one of the values, by time."""
    return _read(connection, _query().where(among(column, values)))


def context(connection: Connection, teller: Writing, sought: Sought) -> Context:
    """What a post may speak of; the posts themselves decide nothing here, whoever may read them."""
    thread = _query().where(PostRow.thread == teller.thread, PostRow.created <= teller.created)
    opened = _query().where(PostRow.id == teller.thread)
    members = {
        one.id: one
        for one in (
            *_read(connection, opened),
            *_read(connection, thread.order_by(PostRow.created.desc()).limit(THREAD_POSTS)),
        )
    }
    others: dict[str, Writing] = {}
    for query in _queries(connection, teller, sought):
        others.update((one.id, one) for one in _read(connection, query) if one.id not in members)
    by_time = sorted(members.values(), key=lambda one: one.at)
    # What opened the thread stands first, whatever its date says.
    by_time.sort(key=lambda one: one.id != teller.thread)
    return Context(by_time, sorted(others.values(), key=lambda one: one.at))


def _queries(connection: Connection, teller: Writing, sought: Sought) -> "Iterator[Select[*tuple[Any, ...]]]":
    before = _query().where(PostRow.created <= teller.created).order_by(PostRow.created.desc())
    if teller.author is not None and sought.own:
        accounts = accounts_of(connection, [teller.author]).get(teller.author, [teller.author])
        yield before.where(PostRow.account.in_(accounts), ~PostRow.anonymous).limit(BY_AUTHOR)
    if sought.own:
        yield before.where(PostRow.channel == teller.channel, _announces(PostRow)).limit(ANNOUNCED)
    if sought.addresses:
        named = or_(among(PostRow.url, sought.addresses), among(PostRow.id, sought.addresses))
        yield _query().where(named).limit(NAMED)
    if sought.version:
        titled = func.lower(PostRow.title).contains(sought.version, autoescape=True)
        yield before.where(_announces(PostRow), titled).limit(NAMED)
    if sought.day:
        names = connection.execute(select(ChannelRow.id, ChannelRow.name))
        places = [channel for channel, name in names if name in teller.text]
        of_day = PostRow.created.between(*sought.day)
        yield _query().where(PostRow.channel.in_(places), of_day, PostRow.parent.is_(None)).limit(NAMED)


def _query() -> "Select[*tuple[Any, ...]]":
    return (
        select(
            PostRow.id, PostRow.thread, PostRow.parent, PostRow.channel, PostRow.account,
            OWNER.label("owner"), AccountRow.name.label("account_name"), PersonRow.name.label("person_name"),
            PostRow.anonymous, PostRow.kind, PostRow.title, PostRow.text, PostRow.created, PostRow.url,
        )
        .outerjoin(AccountRow, AccountRow.id == PostRow.account)
        .outerjoin(AccountLinkRow, AccountLinkRow.account == PostRow.account)
        .outerjoin(PersonRow, PersonRow.id == OWNER)
        .where(~PostRow.deleted)
    )  # fmt: skip


def _read(connection: Connection, query: "Select[*tuple[Any, ...]]") -> list[Writing]:
    rows = connection.execute(query).all()
    links, _, _ = beside_of(connection, [row.id for row in rows])
    return [
        Writing(
            id=row.id,
            thread=row.thread,
            parent=row.parent,
            channel=row.channel,
            author=None if row.anonymous else row.owner or row.account,
            name=None if row.anonymous else row.person_name or row.account_name,
            kind=row.kind,
            title=row.title,
            text=row.text,
            created=row.created,
            url=row.url,
            links=tuple(links.get(row.id, ())),
        )
        for row in rows
    ]
