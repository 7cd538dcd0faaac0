"""How a post names another one: by address or id, by version, or by place and day."""

import re
from datetime import datetime, timedelta, tzinfo

from models.language.succession_cues import (
    CHANGED,
    DAY_IN_PLACE,
    VERSION,
    first_sentences,
    revokes,
    sentences,
)
from models.succession import Sought, Writing

NEAR = 100
"""Characters around an address that speak of it."""
SHORT_ID = 6
"""Characters of an id that may be a word."""
MOST_ADDRESSES = 20

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]++|\b[a-z][a-z0-9-]*+:[\w.:/-]++")
"""An address, or the id of a post."""


def sought_by(teller: Writing, timezone: tzinfo, *, own: bool) -> Sought:
    """What a post says of another that it speaks of, which may be its author's `own` or of the same place."""
    addresses = dict.fromkeys([*teller.links, *_ADDRESS.findall(teller.text)])
    named = tuple(address for address in addresses if says_so_near(teller, address))
    return Sought(
        own, named[:MOST_ADDRESSES], version_spoken_of(teller.whole), day_spoken_of(teller, timezone)
    )


def names_another(text: str) -> bool:
    """Whether a text names another post by its version, or by place and day."""
    return version_spoken_of(text) is not None or DAY_IN_PLACE.search(text) is not None


def day_spoken_of(teller: Writing, timezone: tzinfo) -> tuple[datetime, datetime] | None:
    """The begin and end of the last such day before the post."""
    said = DAY_IN_PLACE.search(teller.text)
    if not said:
        return None
    local = teller.created.astimezone(timezone)
    for year in (local.year, local.year - 1):
        try:
            begin = datetime(year, int(said[1]), int(said[2]), tzinfo=timezone)
        except ValueError:  # the 30th of February
            continue
        if begin <= local:
            return begin, begin + timedelta(days=1)
    return None


def names(teller: Writing, other: Writing) -> str | None:
    """The address or id by which a post names another one."""
    for address in (other.url, other.id):
        if address and (address in teller.links or (len(address) > SHORT_ID and address in teller.text)):
            return address
    return None


def says_so_near(teller: Writing, address: str) -> bool:
    """Whether what stands around an address tells that something holds no longer."""
    at = teller.text.find(address)
    if at < 0:  # a link behind a word: only who begins with it speaks of it
        return revokes(begins := first_sentences(teller.whole)) or bool(CHANGED.search(begins))
    around = teller.text[max(0, at - NEAR) : at + len(address) + NEAR]
    return revokes(around) or bool(CHANGED.search(around))


def version_spoken_of(text: str) -> str | None:
    """A version that stands in a sentence which revokes it."""
    for line in sentences(text):
        if revokes(line) and (version := VERSION.search(line)):
            return version[0].lower().replace(" ", "")
    return None


def versions(title: str) -> set[str]:
    """The versions that a title bears."""
    return {version.lower().replace(" ", "") for version in VERSION.findall(title)}
