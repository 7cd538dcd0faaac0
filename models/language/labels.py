"""The labels of a post: names of files, tags of the source, words of addresses, searched with its text."""

from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from models.language.analyzer import Analyzer
from models.language.terms import terms

LONGEST = 1_000
"""Characters of all labels of a post that are read: as long as a passage, so that none is drowned by them."""
_HOST_NOISE = {"www", "co", "com", "or", "org", "ne", "net", "go", "ac"}
"""Parts of hosts that say nothing, as in `www.example.co.kr`; the last part never says anything."""


def labels_of(file_names: Iterable[str], source_tags: Iterable[str], links: Iterable[str]) -> tuple[str, ...]:
    """The texts beside a text, each once: files first, then tags, then addresses, cut where they get long."""
    found = dict.fromkeys([*map(_file_words, file_names), *source_tags, *map(_address_words, links)])
    kept: list[str] = []
    room = LONGEST
    for label in filter(None, map(str.strip, found)):
        kept.append(label[:room])
        room -= len(kept[-1])
        if not room:
            break
    return tuple(kept)


def label_forms(analyzer: Analyzer, found: Sequence[str], said: Iterable[str]) -> tuple[str, ...]:
    """The index terms of labels, each read by itself, without the labels that are `said` already."""
    known = set(said)
    forms: list[str] = []
    for label in found:
        read = [term.form for term in terms(analyzer.analyze(label))]
        if not known.issuperset(read):
            forms += read
            known.update(read)
    return tuple(forms)


def _file_words(name: str) -> str:
    """A name with its ending as a word of its own."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem} {ending}" if dot and stem else name


def _address_words(address: str) -> str:
    """What an address says to people: its host, without `www` and the like, and its path."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").split(".")[:-1]
    except ValueError:  # an address that a source gives, but that is none
        return ""
    # Each step of the path by itself: a hyphen in it is read as in any text, as one word and as its parts.
    steps = [unquote(step).replace("_", " ") for step in parts.path.split("/")]
    return " ".join(
        [part for part in host if part not in _HOST_NOISE] + [_file_words(it) for it in steps if it]
    )
