"""What only the OpenSearch engine has to keep; the contract that both engines keep is tested elsewhere."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import opensearch_fixture
import pytest
from asking import ask, count, match, near
from opensearchpy import OpenSearch

from indexer.engine import Clause, Entry, Fingerprint, PassageEntry, Question, Removal, TextField, Word
from indexer.opensearch import OpenSearchEngine, bulk
from indexer.opensearch.asking import SHARD_VALUES
from models.errors import BadSetting, EngineUnavailable, PostsRefused, StaleIndex
from models.scope import EVERYONE, Scope

pytestmark = pytest.mark.opensearch

FINGERPRINT = Fingerprint(analyzer="mecab-1", embedder="모델", dimensions=4)
ALL = Scope(tokens=frozenset({EVERYONE}))


def entry(post: str, *terms: str, revision: int = 1, **changes: Any) -> Entry:
    made = Entry(
        post=post,
        revision=revision,
        audience=(EVERYONE,),
        containers=("channel:talk:총무",),
        thread=post,
        channel="talk:총무",
        network="talk",
        kind="post",
        language="ko",
        created=datetime(2024, 5, 2, 9, 30, tzinfo=UTC),
        suggestions=("연차 규정",),
        passages=tuple(PassageEntry(terms=text, grams="") for text in terms),
    )
    return replace(made, **changes)


def asking(*terms: str, **wanted: Any) -> Question:
    words = tuple(Word((Clause(TextField.TERMS, term, 1.0),)) for term in terms)
    return Question(words=words, **{"required": words, "match": 10, "count": True, **wanted})


@pytest.fixture
def opensearch_url(request: pytest.FixtureRequest) -> str:
    return opensearch_fixture.opensearch_url(request)


@pytest.fixture
def opensearch_alias(request: pytest.FixtureRequest) -> str:
    return opensearch_fixture.opensearch_alias(request)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> OpenSearchEngine:
    return opensearch_fixture.open_opensearch_engine(request, FINGERPRINT)


@pytest.fixture
def client(opensearch_url: str) -> Iterator[OpenSearch]:
    with OpenSearch(opensearch_url) as client:
        yield client


def requests_served(client: OpenSearch) -> int:
    """How many REST requests the nodes have served, less those that ask for just this number."""
    nodes = client.nodes.usage(metric="rest_actions")["nodes"].values()
    actions = Counter[str]()
    for node in nodes:
        actions.update(node["rest_actions"])
    return actions.total() - actions["nodes_usage_action"]


def test_an_unknown_field_is_refused_rather_than_guessed(
    engine: OpenSearchEngine, client: OpenSearch, opensearch_alias: str
) -> None:
    engine.commit()
    response = client.bulk(
        index=opensearch_alias, body=[{"index": {"_id": "글"}}, {"post": "글", "급여": "비밀"}]
    )
    assert response["items"][0]["index"]["error"]["type"] == "strict_dynamic_mapping_exception"


def test_an_older_and_a_doubled_revision_change_nothing_even_with_more_passages(
    engine: OpenSearchEngine,
) -> None:
    engine.put([entry("글", "연차 신청", revision=6)])
    engine.put([entry("글", "회식", "장소", "시간", revision=5), entry("글", "회식", "장소", revision=6)])
    engine.commit()
    assert [hit.post for hit in match(engine, asking("연차"), ALL, 10)] == ["글"]
    assert count(engine, asking("회식", "장소", "시간"), ALL) == 0
    assert list(engine.revisions()) == [("글", 6)]


def test_a_drop_takes_every_passage_though_nobody_says_how_many_there_were(engine: OpenSearchEngine) -> None:
    engine.put([entry("글", "연차", "연차", "연차 이월")])
    engine.drop([Removal(post="글", revision=2)])
    engine.put([entry("글", "연차", revision=1)])
    engine.commit()
    assert count(engine, asking("연차"), ALL) == 0
    assert engine.suggest("연차", ALL, 5) == ()


def test_nothing_is_visible_before_the_commit(engine: OpenSearchEngine) -> None:
    before = engine.generation
    engine.put([entry("글", "연차")])
    assert count(engine, asking("연차"), ALL) == 0
    assert engine.generation == before
    engine.commit()
    assert count(engine, asking("연차"), ALL) == 1
    assert engine.generation != before


def test_a_question_is_one_request_however_much_it_wants(
    engine: OpenSearchEngine, client: OpenSearch
) -> None:
    vector = np.array([1, 0, 0, 0], dtype=np.float32)
    engine.put([entry("글", passages=(PassageEntry(terms="연차", grams="연차", vector=vector),))])
    engine.commit()
    before = requests_served(client)
    found = ask(engine, asking("연차", vector={"모델": vector}, near=5, facets=("channel", "kind")), ALL)
    assert requests_served(client) == before + 1
    assert [hit.post for hit in found.match + found.near] == ["글", "글"]
    assert (found.count, found.facets["kind"]) == (1, (("post", 1),))


def test_which_passages_of_long_posts_answered_takes_one_more_request_for_all_of_them(
    engine: OpenSearchEngine, client: OpenSearch
) -> None:
    vectors = [np.array(row, dtype=np.float32) for row in ((1, 0, 0, 0), (0, 1, 0, 0), (0.6, 0.8, 0, 0))]
    about = [PassageEntry(terms=f"말 말{number}", grams="", vector=it) for number, it in enumerate(vectors)]
    engine.put([entry("긴글", passages=tuple(about)), entry("다른글", passages=tuple(about[:2]))])
    engine.put([entry("짧은글", passages=(about[1],))])
    engine.commit()
    before = requests_served(client)
    found = ask(engine, asking("말", "말1", vector={"모델": vectors[1]}, near=5), ALL)
    assert requests_served(client) == before + 2
    assert {(hit.post, hit.passage) for hit in found.match} == {("긴글", 1), ("다른글", 1), ("짧은글", 0)}
    assert {(hit.post, hit.passage) for hit in found.near} == {("긴글", 1), ("다른글", 1), ("짧은글", 0)}
    # What is browsed has no best passage: nothing more is asked.
    ask(engine, Question(browse=True, match=5), ALL)
    assert requests_served(client) == before + 3


def test_who_sees_nothing_is_answered_without_asking_the_server(
    engine: OpenSearchEngine, client: OpenSearch
) -> None:
    before = requests_served(client)
    assert ask(engine, asking("연차", facets=("kind",)), Scope()).facets == {"kind": ()}
    assert engine.suggest("연", Scope(), 5) == ()
    assert requests_served(client) == before


def test_a_value_that_is_rare_in_every_segment_and_the_most_common_of_all_leads_its_facet(
    engine: OpenSearchEngine, client: OpenSearch, opensearch_alias: str
) -> None:
    for segment in range(3):
        rare = [entry(f"{segment}-{number}", "연차", channel="흔한 방") for number in range(2)]
        # By themselves these fill all places of a segment's counts.
        others = [
            entry(f"{segment}-{number // 3}-{number % 3}", "연차", channel=f"{segment} 방 {number // 3}")
            for number in range(3 * (SHARD_VALUES + 1))
        ]
        engine.put([*rare, *others])
        engine.commit()
    assert len(client.cat.segments(index=opensearch_alias, format="json")) == 3
    # As a node with cores to spare does by itself.
    divided = {"search.concurrent_segment_search.mode": "all", "search.concurrent.max_slice_count": 3}
    client.cluster.put_settings(body={"transient": divided})
    try:
        facet = ask(engine, asking("연차", facets=("channel",)), ALL).facets["channel"]
    finally:
        client.cluster.put_settings(body={"transient": dict.fromkeys(divided)})
    assert facet[0] == ("흔한 방", 6)
    assert facet[1].posts == 3


def test_the_score_of_a_neighbour_is_the_inner_product(engine: OpenSearchEngine) -> None:
    for post, vector in {"같음": (1, 0, 0, 0), "반대": (-1, 0, 0, 0), "비슷": (0.6, 0.8, 0, 0)}.items():
        passage = PassageEntry(terms="", grams="", vector=np.array(vector, dtype=np.float32))
        engine.put([entry(post, passages=(passage,))])
    engine.commit()
    found = near(engine, Question(vector={"모델": np.array([1, 0, 0, 0], dtype=np.float32)}), ALL, 3)
    assert [(hit.post, round(hit.score, 5)) for hit in found] == [
        ("같음", 1.0),
        ("비슷", 0.6),
        ("반대", -1.0),
    ]


def test_the_longest_korean_id_is_kept_and_dropped(engine: OpenSearchEngine) -> None:
    post = "가" * 200
    engine.put([entry(post, "연차"), entry("가" * 199 + "나", "연차")])
    engine.drop([Removal(post=post, revision=2)])
    engine.commit()
    assert [hit.post for hit in match(engine, asking("연차"), ALL, 5)] == ["가" * 199 + "나"]


def test_a_term_too_long_for_lucene_costs_neither_the_post_nor_its_neighbours(
    engine: OpenSearchEngine,
) -> None:
    long = "가" * 40_000
    engine.put([entry("글", f"연차 {long} 이월", suggestions=(long, "연차"), topics=(long,))])
    engine.commit()
    assert count(engine, asking("이월"), ALL) == 1
    assert count(engine, asking("가" * 300), ALL) == 0
    assert [bucket.value for bucket in engine.suggest("", ALL, 5)] == ["연차"]


def test_a_pasted_page_is_a_question_like_any_other(engine: OpenSearchEngine) -> None:
    engine.put([entry("글", "연차")])
    engine.commit()
    words = [Word((Clause(TextField.TERMS, f"낱말{number}", 0.5),)) for number in range(3_000)]
    words.append(Word((Clause(TextField.TERMS, "연차", 1.0),)))
    assert [hit.post for hit in match(engine, Question(words=tuple(words)), ALL, 5)] == ["글"]


@pytest.mark.parametrize("prefix", ['c++ "', "[공지]", "a.b*", "#연차&~<1-2>@", "\\", "(|"])
def test_a_prefix_is_text_and_never_a_pattern(engine: OpenSearchEngine, prefix: str) -> None:
    engine.put([entry("글", "연차", suggestions=(f"{prefix} 안내",)), entry("딴글", "연차")])
    engine.commit()
    assert engine.suggest(prefix, ALL, 5) == ((f"{prefix} 안내", 1),)


def test_large_writes_go_in_pieces_that_the_server_takes(
    engine: OpenSearchEngine, client: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK_BYTES", 20_000)
    before = requests_served(client)
    engine.put(entry(f"글{number:03}", "연차 " * 300) for number in range(100))
    assert requests_served(client) >= before + 100 * 300 * len("연차 ".encode()) // 20_000
    engine.commit()
    assert count(engine, asking("연차"), ALL) == 100


def test_pieces_hold_every_write_once_in_order_and_stay_under_the_limit() -> None:
    writes = [bulk.Write(str(number), b"x" * 3_000_000) for number in range(5)]
    writes.insert(2, bulk.Write("large", b"x" * (bulk.CHUNK_BYTES + 1)))
    pieces = list(bulk.chunks(writes))
    assert [write.post for piece in pieces for write in piece] == ["0", "1", "large", "2", "3", "4"]
    assert [[write.post for write in piece] for piece in pieces if len(piece) > 1] == [["0", "1"], ["2", "3"]]
    assert [len(piece) for piece in bulk.chunks([bulk.Write("0", b"")] * 2_500)] == [1_000, 1_000, 500]


def test_a_post_that_is_not_taken_is_named(engine: OpenSearchEngine) -> None:
    passage = PassageEntry(terms="연차", grams="", vector=np.ones(3, dtype=np.float32))
    with pytest.raises(PostsRefused, match=r"talk:1.*dimension"):
        engine.put([entry("talk:1", passages=(passage,))])


def test_an_index_without_a_vector_lane_takes_no_vectors_and_finds_no_neighbours(
    request: pytest.FixtureRequest,
) -> None:
    engine = opensearch_fixture.open_opensearch_engine(request, Fingerprint(analyzer="mecab-1"))
    vector = np.ones(3, dtype=np.float32)
    engine.put([entry("글", passages=(PassageEntry(terms="연차", grams="", vector=vector),))])
    engine.commit()
    found = ask(engine, asking("연차", vector={"모델": vector}, near=5), ALL)
    assert [hit.post for hit in found.match] == ["글"]
    assert found.near == ()


def test_a_rebuild_leaves_one_index_behind_and_changes_the_identity(
    engine: OpenSearchEngine, client: OpenSearch, opensearch_alias: str
) -> None:
    engine.put([entry("낡은글", "연차")])
    engine.commit()
    identity = engine.identity
    engine.begin_rebuild()  # killed before it was finished
    rebuild = engine.begin_rebuild()
    rebuild.put([entry("새글", "연차")])
    assert len(client.indices.get(index=f"{opensearch_alias}-*")) == 2
    rebuild.finish()
    assert len(client.indices.get(index=f"{opensearch_alias}-*")) == 1
    assert [hit.post for hit in match(engine, asking("연차"), ALL, 5)] == ["새글"]
    assert engine.identity != identity


def test_an_abandoned_rebuild_leaves_nothing(
    engine: OpenSearchEngine, client: OpenSearch, opensearch_alias: str
) -> None:
    before = set(client.indices.get(index=f"{opensearch_alias}-*"))
    engine.begin_rebuild().abandon()
    assert set(client.indices.get(index=f"{opensearch_alias}-*")) == before


def test_a_rebuild_leaves_the_indices_of_a_longer_alias_alone(
    engine: OpenSearchEngine, client: OpenSearch, opensearch_url: str, opensearch_alias: str
) -> None:
    other = OpenSearchEngine.open(opensearch_url, f"{opensearch_alias}-other", FINGERPRINT, writable=True)
    aside = other.begin_rebuild()
    engine.begin_rebuild().finish()
    aside.finish()
    other.close()


def test_an_index_built_otherwise_is_stale_until_it_is_rebuilt(
    engine: OpenSearchEngine, opensearch_url: str, opensearch_alias: str
) -> None:
    changed = Fingerprint(analyzer="mecab-2", dimensions=4)
    with pytest.raises(StaleIndex, match="dure rebuild"):
        OpenSearchEngine.open(opensearch_url, opensearch_alias, changed, writable=True)
    rebuilding = OpenSearchEngine.open(
        opensearch_url, opensearch_alias, changed, writable=True, rebuilding=True
    )
    rebuilding.begin_rebuild().finish()
    rebuilding.close()
    OpenSearchEngine.open(opensearch_url, opensearch_alias, changed, writable=True).close()


def test_opening_again_finds_the_same_index(
    engine: OpenSearchEngine, opensearch_url: str, opensearch_alias: str
) -> None:
    engine.put([entry("글", "연차")])
    again = OpenSearchEngine.open(opensearch_url, opensearch_alias, FINGERPRINT, writable=True)
    # A killed process wrote without a commit: the next one's first commit shows it.
    again.commit()
    assert (again.identity, count(again, asking("연차"), ALL)) == (engine.identity, 1)
    again.close()


def test_a_write_to_an_index_that_was_deleted_does_not_make_one_by_accident(
    engine: OpenSearchEngine, client: OpenSearch, opensearch_alias: str
) -> None:
    client.indices.delete(index=f"{opensearch_alias}-first")
    with pytest.raises(EngineUnavailable, match="gone"):
        engine.put([entry("글", "연차")])
    assert not client.indices.exists(index=opensearch_alias)


def test_a_server_that_is_down_is_said_to_be_down_without_its_password() -> None:
    with pytest.raises(EngineUnavailable) as caught:
        OpenSearchEngine.open("http://admin:secret@127.0.0.1:9", "dure", FINGERPRINT, writable=True)
    assert "127.0.0.1:9" in caught.value.message
    assert "secret" not in str(caught.value)
    assert "DURE_OPENSEARCH_URL" in caught.value.remedy


def test_what_is_no_address_is_a_bad_setting() -> None:
    with pytest.raises(BadSetting, match="no address"):
        OpenSearchEngine.open("http://search.example.com:http", "dure", FINGERPRINT, writable=True)
