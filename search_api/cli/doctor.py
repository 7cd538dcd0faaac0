"""What `dure doctor` looks at: each part is really used once, and what fails says how to mend it."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from models.counted import counted
from models.errors import BadSetting, DureError
from models.language.annotator import PostText
from models.private_files import is_private
from search_api.wiring.app import annotator_spec, open_engine
from search_api.wiring.home import open_store, require_home
from search_api.wiring.settings import Settings

FREE_SPACE = 2 * 2**30
"""Bytes that should be free: a rebuild needs room for a second index."""

SPECIMEN = "권한신청이 반려됐어요. VPN 접속 오류 ERR-1042 help please"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: what, whether it is well, what was seen or how to mend it."""

    part: str
    well: bool
    seen: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at every part in the order in which they depend on each other. Nothing is made."""
    yield _finding("python", _python)
    home = _finding("home", lambda: _home(settings))
    yield home
    fresh = home.well and settings.database_url is None and not settings.database_file.exists()
    if home.well:
        yield _finding("disk", lambda: _disk(settings))
    if fresh:
        yield Finding(part="store", well=True, seen="nothing yet: `dure ingest` or `dure serve` makes it")
    elif home.well:
        yield _finding("store", lambda: _store(settings))
    yield _finding("analyser", lambda: _analyser(settings))
    yield _finding("encoder", lambda: _encoder(settings))
    if home.well and not fresh:
        yield _finding("index", lambda: _index(settings))


def _finding(part: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(part=part, well=True, seen=look())
    except (DureError, OSError) as error:
        return Finding(part=part, well=False, seen=str(error))


def _python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def _home(settings: Settings) -> str:
    if not settings.home.is_dir():
        require_home(settings)
    if not os.access(settings.home, os.W_OK):
        raise BadSetting(f"{settings.home} cannot be written.", remedy="Change its owner, or set DURE_HOME.")
    seen = str(settings.home)
    return seen if is_private(settings.home) else f"{seen}, which others may enter: chmod 700 it if you can"


def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(settings.home).free
    if free < FREE_SPACE:
        raise BadSetting(f"Only {free / 2**30:.1f} GB are free.", remedy="A rebuild needs room: free 2 GB.")
    return f"{free / 2**30:.0f} GB free"


def _store(settings: Settings) -> str:
    with open_store(settings) as store:
        status = store.status()
    posts, people = counted(status.posts, "post"), counted(status.people, "person", "people")
    return f"{posts}, {people}, {status.pending:,} pending"


def _analyser(settings: Settings) -> str:
    annotator = replace(annotator_spec(settings), encoder=None).build()
    annotation = annotator.annotate([PostText(title=None, text=SPECIMEN, source_tags=())])[0]
    return f"{annotator.revision.analyzer}: {' '.join(annotation.passages[0].forms)}"


def _encoder(settings: Settings) -> str:
    # Without the cache, which tells of files as they were when they were last read.
    annotator = replace(annotator_spec(settings), cache=None).build()
    if annotator.encoder_fault:
        raise annotator.encoder_fault
    return annotator.vector_lane


def _index(settings: Settings) -> str:
    engine = open_engine(settings, annotator_spec(settings).build())
    try:
        old = "" if engine.vectors_current else ", vectors of another encoder until `dure rebuild`"
        return f"{engine.name}, generation {engine.generation}{old}"
    finally:
        engine.close()
