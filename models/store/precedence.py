"""Which of two records of a person, account, channel or membership stands: the later one, the better known.

What a source found at one time gives way to what was found later, in whichever order they are read. Of two
that were found at the same moment the stricter one stands: nothing opens by being read again.
"""

from collections.abc import Callable

from models.scope import EVERYONE
from models.store.access import LOST_READERS, MOVED, place_of
from models.store.keyed import Values


def person(old: Values | None, new: Values) -> Values | None:
    """Who has left, or is a guest, stays so until a later moment."""
    return _later(old, new, lambda before: (before["left"], before["guest"]) > (new["left"], new["guest"]))


def account(old: Values | None, new: Values) -> Values | None:
    """A person who was given is kept, unless another one is given: presumed ones never take their place."""
    found = _later(old, new)
    if found is None or old is None or not old["person"]:
        return found
    if not new["person"] or (new["presumed"] and not old["presumed"]):
        return {**found, "person": old["person"], "presumed": old["presumed"]}
    return found


def channel(old: Values | None, new: Values) -> Values | None:
    """A channel that is private stays so until a later moment."""
    found = _later(old, new, lambda before: before["private"] and not new["private"])
    if found is None:
        return None
    before, after = (place_of(found["id"], values) for values in (old, found))
    if EVERYONE in after.tokens:  # whoever lacks that is a member, which no change of place takes away
        return {**found, "narrowed": None}
    narrowed = old and old["narrowed"]
    if set(before.tokens) - set(after.tokens):
        narrowed = LOST_READERS
    elif before.company != after.company:  # which may be closed to some who keep their tokens
        narrowed = narrowed or MOVED
    return {**found, "narrowed": narrowed}


def membership(old: Values | None, new: Values) -> Values | None:
    """A membership that has ended stays so until a later moment."""
    return _later(old, new, lambda before: before["until"] is not None and new["until"] is None)


def _later(
    old: Values | None, new: Values, stricter: Callable[[Values], bool] = lambda _: False
) -> Values | None:
    """The new row if it is the later one; of one moment, unless the old one is stricter."""
    if old is None or old["as_of"] is None:
        return new
    if new["as_of"] is None:
        return {**new, "as_of": old["as_of"]}
    if new["as_of"] < old["as_of"] or (new["as_of"] == old["as_of"] and stricter(old)):
        return None
    return new
