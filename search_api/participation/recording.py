"""How a deed gets into the store: under which account, and that the publisher hears of it."""

from collections.abc import Sequence

from models.errors import BadInput
from models.records import Account, Record
from models.store.participation import NATIVE, native_account
from models.stored import Change
from search_api.services import Services


def account_of(services: Services, person: str) -> tuple[str, list[Record]]:
    """The person's account here, and the record that makes it at the first deed."""
    account = services.store.participation.account(person)
    return (account, []) if account else (native_account(person), [_made(person)])


def record(services: Services, records: Sequence[Record]) -> Change:
    """Write what was decided; the last one's change. What makes an account goes before it.

    It waits for all who write before: no connection may be held meanwhile. Raises `BadInput` where the store
    rejects it.
    """
    if not records:
        return Change.UNCHANGED
    outcome = services.store.write(records)[-1]
    if outcome.change is Change.REJECTED:
        raise BadInput(outcome.detail or "It was rejected.", remedy=outcome.remedy or "")
    services.wake()
    return outcome.change


def _made(person: str) -> Account:
    return Account(
        id=native_account(person),
        network=NATIVE,
        handle=person.rpartition(":")[2] or person,
        person=person,
    )
