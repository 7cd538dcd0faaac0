"""Merges of accounts into persons, made and undone by hand, whatever the sources say."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import tzinfo
from functools import partial

from sqlalchemy import Connection, delete, select, update

from models.errors import NotFound
from models.moments import now
from models.store.access import Access
from models.store.directory_tables import AccountLinkRow, AccountRow, PersonRow
from models.store.statements import RevisionSequence, upsert
from models.store.tables import PostRow
from models.store.write_queue import WriteQueue
from models.stored import AccountLink


class AccountLinks:
    """The merges of one store; each call is a transaction."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writes: WriteQueue,
        timezone: tzinfo,
    ) -> None:
        self._reading = reading
        self._writes = writes
        self._timezone = timezone

    def all(self) -> list[AccountLink]:
        """Every merge in force, by account."""
        query = select(AccountLinkRow.account, AccountLinkRow.person, AccountLinkRow.created)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(AccountLinkRow.account)).all()
        return [
            AccountLink(account=account, person=person, created=created) for account, person, created in rows
        ]

    def link(self, account: str, person: str) -> None:
        """Let an account belong to a person, whatever its source says: a merge that `unlink` undoes.

        Profiles, experts and authors follow at once, and the person reads what the account is a member of.
        Posts of the account whose company at posting was not known get the person's and are published again.

        Raises:
            NotFound: there is no such account or person.
        """
        self._writes.run(partial(self._link, account, person))

    def unlink(self, account: str) -> None:
        """Let a linked account belong to whom its source says again; the companies of its posts follow.

        Raises:
            NotFound: the account is not linked.
        """
        self._writes.run(partial(self._unlink, account))

    def _link(self, account: str, person: str, connection: Connection) -> None:
        for row, key, noun in ((AccountRow, account, "account"), (PersonRow, person, "person")):
            if connection.execute(select(row.id).where(row.id == key)).scalar() is None:
                raise NotFound(f"There is no {noun} {key!r}.", remedy=f"Give the id of a known {noun}.")
        of = select(AccountLinkRow.person).where(AccountLinkRow.account == account)
        linked = connection.execute(of).scalar()
        if linked == person:
            return
        if linked is not None:
            _forget_employers(connection, account)
        merge = {"account": account, "person": person, "created": now()}
        upsert(connection, AccountLinkRow, [merge])
        self._rederive(connection, account)

    def _unlink(self, account: str, connection: Connection) -> None:
        gone = delete(AccountLinkRow).where(AccountLinkRow.account == account)
        if not connection.execute(gone).rowcount:
            raise NotFound(
                f"The account {account!r} is not linked.",
                remedy="Give the id of a linked account; `dure account list` shows them.",
            )
        _forget_employers(connection, account)
        self._rederive(connection, account)

    def _rederive(self, connection: Connection, account: str) -> None:
        revisions = RevisionSequence(connection)
        posts = select(PostRow.id).where(PostRow.account == account, PostRow.company.is_(None))
        access = Access(connection, self._timezone)
        access.rederive(connection.execute(posts).scalars().all(), revisions, {})
        revisions.keep()


def _forget_employers(connection: Connection, account: str) -> None:
    # Those of a wrong person are not "known once and for good": which ones they are is not written down.
    given = update(PostRow).where(PostRow.account == account, PostRow.company.is_not(None))
    connection.execute(given.values(company=None, unit=None))
