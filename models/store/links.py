"""Merges of accounts into persons, made and undone by hand, whatever the sources say."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from models.errors import NotFound
from models.store.access import Access
from models.store.directory_tables import AccountLinkRow, AccountRow, PersonRow
from models.store.statements import RevisionSequence, upsert
from models.store.tables import PostRow


def link(connection: Connection, account: str, person: str, at: datetime) -> None:
    """Let an account belong to a person; a link to somebody else is undone first.

    Raises:
        NotFound: there is no such account or person.
    """
    for row, key, noun in ((AccountRow, account, "account"), (PersonRow, person, "person")):
        if connection.execute(select(row.id).where(row.id == key)).scalar() is None:
            raise NotFound(f"There is no {noun} {key!r}.", remedy=f"Give the id of a known {noun}.")
    of = select(AccountLinkRow.person).where(AccountLinkRow.account == account)
    linked = connection.execute(of).scalar()
    if linked == person:
        return
    if linked is not None:
        _forget_employers(connection, account)
    merge = {"account": account, "person": person, "reason": None, "created": at}
    upsert(connection, AccountLinkRow, [merge])
    _rederive(connection, account)


def unlink(connection: Connection, account: str) -> None:
    """Let an account belong to whom its source says.

    Raises:
        NotFound: the account is not linked.
    """
    gone = delete(AccountLinkRow).where(AccountLinkRow.account == account)
    if not connection.execute(gone).rowcount:
        raise NotFound(f"The account {account!r} is not linked.", remedy="Give the id of a linked account.")
    _forget_employers(connection, account)
    _rederive(connection, account)


def _forget_employers(connection: Connection, account: str) -> None:
    # Those of a wrong person are not "known once and for good": which ones they are is not written down.
    given = update(PostRow).where(PostRow.account == account, PostRow.company.is_not(None))
    connection.execute(given.values(company=None, unit=None))


def _rederive(connection: Connection, account: str) -> None:
    revisions = RevisionSequence(connection)
    posts = select(PostRow.id).where(PostRow.account == account, PostRow.company.is_(None))
    Access(connection).rederive(connection.execute(posts).scalars().all(), revisions, {})
    revisions.keep()
