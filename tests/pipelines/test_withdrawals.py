"""What somebody may not read any more leaves the index before all that waits to be put into it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asking import ask
from parts import EVERYONE, TOWN, Parts, post

from indexer.embedded import EmbeddedEngine
from indexer.engine import Clause, Engine, Fingerprint, Question, TextField, Word
from models.language.annotator import Annotator, AnnotatorSpec, PostText
from models.records import Account, Channel, Deletion, Denial, Membership, Person, Post, PostKind, Record
from models.scope import Scope
from models.store import Store, publishers
from pipelines import publish
from pipelines.annotating import Reader
from pipelines.publish import Publisher
from pipelines.verify import verify

LATER = datetime(2026, 3, 3, 9, tzinfo=UTC)
LAB = Scope(frozenset({"channel:sns:lab"}))
PAGE = 10
BACKLOG = 5
"""Pages that wait."""


@pytest.fixture(
    params=[
        "embedded, sqlite",
        pytest.param("opensearch, postgresql", marks=[pytest.mark.opensearch, pytest.mark.postgresql]),
    ]
)
def parts(request: pytest.FixtureRequest, tmp_path: Path, annotator: Annotator) -> Iterator[Parts]:
    fingerprint = Fingerprint(analyzer=annotator.revision.analyzer)
    engine: Engine
    if request.param == "embedded, sqlite":
        store = Store.open(f"sqlite:///{tmp_path / 'dure.db'}")
        engine = EmbeddedEngine.open(tmp_path / "index", fingerprint, writable=True)
    else:
        from opensearch_fixture import open_opensearch_engine
        from postgresql_fixture import store_in_postgresql

        store = Store.open(store_in_postgresql(request))
        engine = open_opensearch_engine(request, fingerprint)
    opened = Parts(store, engine, annotator, Publisher(store, engine, annotator, AnnotatorSpec()))
    opened.write(*TOWN)
    yield opened
    engine.close()
    store.close()


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "PAGE", PAGE)
    monkeypatch.setattr(publishers, "BLOCK", PAGE)


def secret(**fields: object) -> Post:
    return post(1, "극비 #합병계획 검토", **fields)  # type: ignore[arg-type]


def backlog(parts: Parts) -> None:
    parts.write(*(post(number, f"{number}번 창고 재고") for number in range(100, 100 + PAGE * BACKLOG)))


def told(parts: Parts, scope: Scope = EVERYONE) -> tuple[int, int, int, int]:
    """What the index alone tells of the secret: suggestions, posts that say any of it, and facets of it and of all."""
    read = parts.annotator.annotate([PostText(title=None, text="합병계획")])[0]
    said = Word(tuple(Clause(TextField.TERMS, form, 1.0) for form in read.passages[0].forms))
    question = Question(required=(said,), count=True, facets=("channel",))
    answer = ask(parts.engine, question, scope)
    topics = ask(parts.engine, Question(browse=True, facets=("topic",)), scope).facets["topic"]
    return (
        len(parts.engine.suggest("합병", scope, 10)),
        answer.count or 0,
        len(answer.facets["channel"]),
        sum("합병" in bucket.value for bucket in topics),
    )


WITHDRAWALS: dict[str, list[Record]] = {
    "deleted": [Deletion(post="sns:1")],
    "given to others": [secret(edited=LATER, audience=("person:p:lee",))],
    "moved to a private channel": [replace(secret(edited=LATER), channel="sns:lab")],
    "in a channel that is private now": [Channel(id="sns:town", network="sns", name="광장", private=True)],
    "in a channel that is a company's now": [
        Channel(id="sns:town", network="sns", name="광장", company="가람")
    ],
    "moved to a closed thread": [
        Denial(container="thread:sns:closed"),
        replace(secret(edited=LATER), parent="sns:closed"),
    ],
}


@pytest.mark.parametrize("records", WITHDRAWALS.values(), ids=WITHDRAWALS.keys())
def test_what_is_withdrawn_is_told_of_no_more_once_the_first_page_of_a_backlog_is_put(
    parts: Parts, records: list[Record]
) -> None:
    parts.write(secret())
    parts.publisher.publish()
    assert all(told(parts))
    backlog(parts)
    parts.write(*records)
    seen: list[tuple[int, ...]] = []
    parts.publisher.publish(lambda amount: seen.append(told(parts, parts.store.scope_of(None))))
    assert len(seen) >= BACKLOG
    assert set(seen) == {(0, 0, 0, 0)}
    assert parts.store.status().pending == 0
    assert verify(parts.store, parts.engine).agrees


@pytest.mark.parametrize(
    "record", [Deletion(post="sns:1"), replace(secret(edited=LATER), channel="sns:lab")], ids=str
)
@pytest.mark.parametrize("ahead", [False, True], ids=["page by page", "pages read ahead"])
def test_what_is_withdrawn_while_a_backlog_is_published_does_not_wait_for_its_end(
    parts: Parts, record: Post | Deletion, ahead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ahead:  # as worker processes do, which take seconds to start
        read = Reader.read
        monkeypatch.setattr(Reader, "read", lambda reader, pages: iter(list(read(reader, pages))))
    parts.write(secret())
    parts.publisher.publish()
    backlog(parts)
    seen: list[tuple[int, ...]] = []

    def advance(amount: int) -> None:
        seen.append(told(parts))
        if len(seen) == 2:
            parts.write(record)

    parts.publisher.publish(advance)
    assert all(all(told_of) for told_of in seen[:2])
    assert set(seen[2:]) == {(0, 0, 0, 0)}
    assert len(seen) >= BACKLOG


def test_what_is_withdrawn_does_not_wait_for_what_arrives(parts: Parts) -> None:
    parts.write(secret(), post(2, "합병 일정"))
    parts.publisher.publish()
    parts.write(Deletion(post="sns:1"))
    seen: list[tuple[int, ...]] = []

    def arriving() -> Iterator[None]:
        seen.append(told(parts))
        parts.write(Deletion(post="sns:2"))
        yield
        seen.append(told(parts))

    parts.publisher.publish(arriving=arriving())
    assert [found for _, found, *_ in seen] == [1, 0]
    assert parts.store.status().pending == 0
    assert verify(parts.store, parts.engine).agrees


def test_a_publish_with_nothing_to_do_looks_once_for_what_is_withdrawn(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts.publisher.publish()
    looked: list[object] = []
    withdrawals = publishers.Claims.withdrawals

    def watched(claims: publishers.Claims, after: int, limit: int) -> object:
        looked.append(after)
        return withdrawals(claims, after, limit)

    monkeypatch.setattr(publishers.Claims, "withdrawals", watched)
    parts.publisher.publish()
    assert looked == [0]


def test_who_may_still_read_what_was_narrowed_finds_it_again(parts: Parts) -> None:
    parts.write(secret())
    parts.publisher.publish()
    backlog(parts)
    parts.write(replace(secret(edited=LATER), channel="sns:lab"))
    tally = parts.publisher.publish()
    assert (tally.put, tally.withdrawn) == (PAGE * BACKLOG + 1, 0)
    assert told(parts) == (0, 0, 0, 0)
    assert all(told(parts, LAB))
    assert verify(parts.store, parts.engine).agrees


def test_a_channel_that_goes_to_a_company_closed_to_a_member_is_closed_at_once(parts: Parts) -> None:
    lab = Channel(id="sns:lab", network="sns", name="연구소", private=True, company="가람")
    parts.write(
        Person(id="p:lee", name="이하늘"),
        Account(id="sns:lee", network="sns", handle="lee", person="p:lee"),
        Membership(account="sns:lee", channel="sns:lab"),
        Denial(container="company:나래", person="p:lee"),
        lab,
        replace(secret(), channel="sns:lab"),
    )
    parts.publisher.publish()
    assert all(told(parts, parts.store.scope_of("p:lee")))
    backlog(parts)
    parts.write(replace(lab, company="나래"))
    assert told(parts, parts.store.scope_of("p:lee")) == (0, 0, 0, 0)
    parts.publisher.publish()
    assert told(parts, parts.store.scope_of("p:lee")) == (0, 0, 0, 0)


def test_replies_tell_no_more_what_a_withdrawn_opener_was_about(parts: Parts) -> None:
    opener = replace(secret(), kind=PostKind.QUESTION)
    parts.write(opener, post(2, "네, 확인했습니다", parent="sns:1"))
    parts.publisher.publish()
    backlog(parts)
    parts.write(Deletion(post="sns:1"))
    seen: list[tuple[int, ...]] = []
    parts.publisher.publish(lambda amount: seen.append(told(parts)))
    assert set(seen) == {(0, 0, 0, 0)}
    assert verify(parts.store, parts.engine).agrees


def test_a_post_that_gains_readers_is_not_taken_from_those_it_has(parts: Parts) -> None:
    parts.write(replace(secret(), channel="sns:lab"))
    parts.publisher.publish()
    backlog(parts)
    parts.write(Channel(id="sns:lab", network="sns", name="연구소"))
    seen: list[tuple[int, ...]] = []
    parts.publisher.publish(lambda amount: seen.append(told(parts, LAB)))
    assert all(all(told_of) for told_of in seen)


def test_a_large_withdrawal_goes_in_pages(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "WITHDRAWN_TOGETHER", 7)
    parts.write(*(post(number, f"{number}번 창고 재고") for number in range(50)))
    parts.publisher.publish()
    parts.write(post(1000, "새 글"), *(Deletion(post=f"sns:{number}") for number in range(40)))
    amounts: list[int] = []
    parts.publisher.publish(amounts.append)
    assert amounts == [7, 7, 7, 7, 7, 5, 1]
    assert verify(parts.store, parts.engine).agrees


def test_deletions_that_never_cease_do_not_keep_a_new_post_waiting(parts: Parts) -> None:
    parts.write(*(post(number, f"{number}번 창고 재고") for number in range(200)))
    parts.publisher.publish()
    deletions = iter([Deletion(post=f"sns:{number}") for number in range(200)])
    parts.write(post(1000, "새 글"), next(deletions))
    tally = parts.publisher.publish(lambda amount: parts.write(next(deletions)))
    assert tally.put == 1
    assert next(deletions, None) is not None
    assert verify(parts.store, parts.engine).agrees


def test_what_was_taken_out_is_put_back_after_a_stop_between_the_two(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts.write(secret())
    parts.publisher.publish()
    parts.write(replace(secret(edited=LATER), channel="sns:lab"))

    class Stopped(Exception):
        pass

    def stop(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr("models.store.publishers.Claims.settle", stop)
        with pytest.raises(Stopped):
            parts.publisher.publish()
    assert told(parts) == (0, 0, 0, 0)
    parts.publisher.publish()
    assert all(told(parts, LAB))
    assert told(parts) == (0, 0, 0, 0)
    assert verify(parts.store, parts.engine).agrees


def test_what_is_narrowed_during_a_rebuild_is_closed_before_and_after_the_swap(parts: Parts) -> None:
    parts.write(secret(), post(2, "연차 신청"))
    parts.publisher.publish()
    backlog(parts)
    parts.publisher.publish()
    changes: list[Post | Deletion] = [replace(secret(edited=LATER), channel="sns:lab")]
    seen: list[tuple[int, ...]] = []

    def meanwhile() -> None:
        if changes:
            parts.write(changes.pop())
        parts.publisher.publish()
        seen.append(told(parts))

    parts.publisher.rebuild(meanwhile=meanwhile)
    assert set(seen) == {(0, 0, 0, 0)}
    assert told(parts) == (0, 0, 0, 0)
    assert all(told(parts, LAB))
    assert parts.store.status().pending == 0
    assert verify(parts.store, parts.engine).agrees
