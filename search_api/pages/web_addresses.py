"""Addresses of the web in what people write: where one ends, whether a label lies about where it leads."""

import re
from urllib.parse import urlsplit

LABELLED = re.compile(
    r"\[(?P<label>[^\[\]\n]{1,300}+)\]"
    r"\((?P<address>https?://[^\s()<>\"]{1,2000}+(?:\([^\s()<>\"]{0,200}+\)[^\s()<>\"]{0,200}+)?)\)"
)
"""`[label](address)`. Every repetition has a bound and gives nothing back: it is read once."""

_RUN = re.compile(r"https?://(?:[^\s<>\"'`\]]|\](?!\())++", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?(?P<host>[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,8}+)", re.IGNORECASE)
_CLOSING = {")": "(", "]": "[", "}": "{"}
_ENDING = frozenset(".,:;!?…。、*~")


def address_at(text: str, begin: int, end: int) -> int | None:
    """Where the address that begins at a place ends; None where there is no host.

    What follows without a blank is not part of it: punctuation, a bracket opened before it, a particle of
    Korean (…/guide에서).
    """
    host = text.find("://", begin, end) + len("://")
    # Looked at first: of many addresses in one run, each without a host, none may read the whole run.
    if not text[host : host + 1].isalnum() or not (found := _RUN.match(text, begin, end)):
        return None
    stop, run = found.end(), found[0]
    opened = {closing: run.count(closing) - run.count(opening) for closing, opening in _CLOSING.items()}
    while stop > host:
        last = text[stop - 1]
        if opened.get(last, 0) > 0:
            opened[last] -= 1
        elif not (last in _ENDING or "가" <= last <= "힣"):
            break
        stop -= 1
    return stop if stop > host else None


def misleads(label: str, address: str) -> bool:
    """Whether a label reads like an address, and the link leads to another host."""
    named = _HOST.match(label.strip())
    if named is None:
        return False
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return True
    return named["host"].lower() != host
