"""`dure eval` as a user runs it: real pipeline, real index, real encoder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from made_once import prepared
from typer.testing import CliRunner

from models.errors import BadInput, BadSetting
from search_api.cli.commands import cli
from search_api.ranking.fusion import FusionWeights
from search_api.ranking.ordering import DeedWeights
from search_api.retrieval.candidate import CandidateFeatures

pytestmark = pytest.mark.slow

TEXTS = {
    "vpn": "사외에서는 VPN 클라이언트를 켜고 사번으로 로그인한 뒤 사내망에 접속합니다.",
    "leave": "연차는 근태 시스템의 휴가 신청 화면에서 올리고 팀장이 승인합니다.",
    "card": "법인카드 사용 내역은 5일 안에 참석자를 적어 정산합니다.",
    "printer": "복합기 용지 걸림은 뒷덮개를 열어 화살표 방향으로 천천히 빼냅니다.",
    "thread-1": "구내식당 석식 운영 시간이 궁금합니다.",
    "thread-2": "석식은 저녁 6시부터 7시 반까지입니다.",
}
ASKED = {
    "q1": ("VPN 로그인 방법", {"vpn": 1}),
    "q2": ("휴가 신청 승인", {"leave": 2}),
    "q3": ("법인카드 정산", {"card": 1}),
    "q4": ("구내식당 석식 시간", {"thread-2": 2, "thread-1": 1}),
}


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DURE_ENGINE", "DURE_DICTIONARY", "DURE_ENCODER", "DURE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DURE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("models.language.prepared_sentences._prepare", prepared)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corpus = [
        {"_id": id_, "title": "", "text": text} | ({"thread_id": "t"} if id_.startswith("thread") else {})
        for id_, text in TEXTS.items()
    ]
    queries = [{"_id": id_, "text": text} for id_, (text, _) in ASKED.items()]
    rows = [
        f"{id_}\t{document}\t{grade}"
        for id_, (_, judged) in ASKED.items()
        for document, grade in judged.items()
    ]
    folder = tmp_path / "bench"
    folder.mkdir()
    for name, lines in (("corpus.jsonl", corpus), ("queries.jsonl", queries)):
        (folder / name).write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *rows]), encoding="utf-8")
    return folder


def evaluated(*arguments: str) -> str:
    """What `dure eval` prints; an expected failure is raised."""
    result = CliRunner().invoke(cli, ["eval", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_search_is_measured_by_lane_and_fused_with_intervals(folder: Path) -> None:
    told = json.loads(evaluated("search", str(folder), "--json"))
    assert (told["documents"], told["queries"]) == (6, 4)
    assert list(told["lanes"]) == ["words", "vectors", "fused"]
    words = told["lanes"]["words"]
    assert list(words) == [
        "success@1",
        "success@5",
        "ndcg@10",
        "recall@1",
        "recall@10",
        "recall@100",
        "mrr@10",
    ]
    assert words["success@1"] == 1.0
    assert told["intervals"]["words"]["success@1"] == [0.5101, 1.0], "Wilson's, of 4 of 4"
    assert words["recall@10"] == 1.0
    assert words["recall@1"] < 1.0, "a reply and its question cannot both be first"
    low, high = told["intervals"]["words"]["recall@1"]
    assert low <= words["recall@1"] <= high
    gain = told["difference"]["ndcg@10"]
    assert gain["mean"] == pytest.approx(told["lanes"]["fused"]["ndcg@10"] - words["ndcg@10"], abs=2e-4)
    assert gain["low"] <= gain["mean"] <= gain["high"]


def test_documents_of_a_thread_are_scored_one_by_one(folder: Path) -> None:
    """Both posts of the thread are found; search itself would show the thread once."""
    (folder / "queries.jsonl").write_text('{"_id": "q4", "text": "구내식당 석식 시간"}', encoding="utf-8")
    rows = ["query-id\tcorpus-id\tscore", "q4\tthread-1\t1", "q4\tthread-2\t1"]
    (folder / "qrels.tsv").write_text("\n".join(rows), encoding="utf-8")
    told = json.loads(evaluated("search", str(folder), "--json"))
    assert told["lanes"]["words"]["recall@10"] == 1.0
    assert told["lanes"]["words"]["recall@1"] == 0.5
    assert told["intervals"]["words"]["recall@1"] == [None, None], "one question has no interval"


def test_the_lane_of_words_goes_as_deep_as_recall_at_100_looks(folder: Path) -> None:
    """Behind 90 documents that say more of the question there is one more, and it is found."""
    said = [f"{number}번 프린터 용지 걸림" for number in range(90)]
    rows = [{"_id": f"d{number}", "title": "", "text": text} for number, text in enumerate(said)]
    rows.append(
        {"_id": "last", "title": "", "text": "사무실마다 두었던 오래된 팩스를 치우고 프린터를 놓았습니다"}
    )
    lines = "\n".join(json.dumps(row) for row in rows)
    (folder / "corpus.jsonl").write_text(lines, encoding="utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "q", "text": "프린터 용지 걸림"}', encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\tlast\t1", encoding="utf-8")

    words = json.loads(evaluated("search", str(folder), "--json"))["lanes"]["words"]

    assert words["recall@10"] == 0.0
    assert words["recall@100"] == 1.0


def test_without_an_encoder_there_is_no_vector_lane(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_ENCODER", "none")
    told = json.loads(evaluated("search", str(folder), "--json"))
    assert list(told["lanes"]) == ["words", "fused"]
    assert told["lanes"]["fused"] == told["lanes"]["words"]


def test_the_table_for_people_holds_every_lane(folder: Path) -> None:
    printed = evaluated("search", str(folder))
    assert "6 documents, 4 questions" in printed
    for word in ("words", "vectors", "fused - words", "ndcg@10", "recall@100", "mrr@10"):
        assert word in printed


def test_questions_are_told_by_kind_and_half(folder: Path) -> None:
    queries = [
        {"_id": "q1", "text": "VPN 로그인 방법", "kind": "short"},
        {"_id": "q2", "text": "휴가 신청 승인", "kind": "plain"},
        {"_id": "q3", "text": "법인카드 정산", "kind": "plain", "split": "dev"},
        {"_id": "q4", "text": "복합기 점심 메뉴", "kind": "plain"},
    ]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")
    rows = ["query-id\tcorpus-id\tscore", "q1\tvpn\t1", "q2\tleave\t1", "q3\tcard\t1", "q4\tvpn\t1"]
    (folder / "qrels.tsv").write_text("\n".join(rows), encoding="utf-8")
    groups = json.loads(evaluated("search", str(folder), "--json"))["groups"]
    assert [(it["kind"], it["split"], it["queries"], it["fused"]["success@1"]["mean"]) for it in groups] == [
        ("plain", "dev", 3, 0.6667),
        ("short", "test", 1, 1.0),
        (None, "dev", 3, 0.6667),
        (None, "test", 1, 1.0),
    ]
    assert "plain dev   3          .667 [.208,.939]" in evaluated("search", str(folder))


def test_each_part_is_left_out_on_the_half_to_tune_on(folder: Path) -> None:
    told = json.loads(evaluated("search", str(folder), "--ablate", "--json"))["ablation"]
    assert (told["split"], told["queries"]) == ("dev", 2), "q2 and q4"
    parts = {(it["of"], it["name"]): it for it in told["without"]}
    assert {name for of, name in parts if of == "feature"} == set(CandidateFeatures._fields)
    assert {name for of, name in parts if of == "weight"} == set(FusionWeights._fields)
    assert {name for of, name in parts if of == "deed"} == set(DeedWeights._fields)
    assert {name for of, name in parts if of == "lane"} == {"words", "vectors"}
    assert {name for of, name in parts if of == "vector"} == {"static", "sentence"}
    assert parts["deed", "accepted"]["changed"] == 0, "documents of a folder are accepted by nobody"
    assert parts["deed", "accepted"]["difference"]["ndcg@10"] == {"mean": 0.0, "low": 0.0, "high": 0.0}
    assert parts["lane", "vectors"]["changed"] == 2, "documents that share no word are not found any more"
    printed = evaluated("search", str(folder), "--ablate")
    assert "2 questions, dev alone" in printed
    assert "foreign_nearness" in printed


def test_without_an_encoder_leaving_the_words_out_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DURE_ENCODER", "none")
    told = json.loads(evaluated("search", str(folder), "--ablate", "--json"))["ablation"]
    parts = {(it["of"], it["name"]): it for it in told["without"]}
    assert told["whole"]["recall@10"]["mean"] == 1.0
    assert parts["lane", "words"]["difference"]["recall@10"] == {"mean": -1.0, "low": -1.0, "high": -1.0}
    assert parts["lane", "vectors"]["changed"] == 0
    assert not [name for of, name in parts if of == "vector"], "there are no two parts of nothing"


def test_parts_cannot_be_left_out_where_no_question_may_be_tuned_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "VPN 로그인 방법"}', encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tvpn\t1", encoding="utf-8")
    monkeypatch.setattr("search_api.evaluation.bench.opened", None)
    with pytest.raises(BadInput, match=r"queries\.jsonl: no question is of the half"):
        evaluated("search", str(folder), "--ablate")


def test_without_a_folder_the_sample_company_is_asked_by_its_people() -> None:
    told = json.loads(evaluated("search", "--json"))
    assert told["queries"] == 260
    groups = {(it["kind"], it["split"]): it for it in told["groups"]}
    sizes = {"plain": 45, "cross_language": 31, "noisy": 26, "short": 19, "restricted": 9, None: 130}
    assert {group: it["queries"] for group, it in groups.items()} == {
        (kind, split): size for kind, size in sizes.items() for split in ("dev", "test")
    }
    assert groups["restricted", "test"]["fused"]["success@5"]["mean"] > 0.0, "asked by who may see the answer"


def test_nothing_is_written_to_the_home(folder: Path, tmp_path: Path) -> None:
    evaluated("search", str(folder), "--json")
    assert not (tmp_path / "home").exists()


def test_a_faulty_folder_is_refused_before_anything_is_built(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (folder / "qrels.tsv").open("a", encoding="utf-8") as file:
        file.write("\nq1\tnowhere\t1")
    monkeypatch.setattr("search_api.evaluation.bench.opened", None)
    with pytest.raises(BadInput, match=r"qrels\.tsv:7: there is no document nowhere"):
        evaluated("search", str(folder))


def test_the_encoder_is_measured_on_likeness_and_on_pairs(tmp_path: Path) -> None:
    sts, pairs = tmp_path / "sts.tsv", tmp_path / "pairs.jsonl"
    rows = [
        "genre\tsentence1\tsentence2\tscore",
        "a\t회의실을 예약했습니다.\t회의실 예약을 마쳤습니다.\t4.8",
        "a\t휴가를 신청합니다.\t휴가 신청을 올립니다.\t4.5",
        "a\t프린터가 고장났습니다.\t법인카드를 정산합니다.\t0.2",
        "a\t서버가 멈췄습니다.\t점심이 맛있습니다.\t0.0",
    ]
    sts.write_text("\n".join(rows), encoding="utf-8")
    halves = [
        ("회의실 예약", "meeting room reservation"),
        ("휴가 신청", "request a vacation"),
        ("비밀번호", "password"),
    ]
    pairs.write_text("\n".join(json.dumps({"a": a, "b": b}) for a, b in halves), encoding="utf-8")
    told = json.loads(evaluated("encoder", "--sts", str(sts), "--pairs", str(pairs), "--json"))
    assert told["sts"]["spearman"] > 0.7
    assert list(told["pairs"]) == ["a>b@1", "a>b@10", "b>a@1", "b>a@10"]
    assert told["pairs"]["a>b@10"] == told["pairs"]["b>a@10"] == 1.0
    assert told["rows"] == {"sts": 4, "pairs": 3}
    assert "spearman" in evaluated("encoder", "--sts", str(sts))


def test_what_cannot_be_measured_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadInput, match="nothing to measure"):
        evaluated("encoder")
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text('{"a": "휴가", "b": "vacation"}', encoding="utf-8")
    monkeypatch.setenv("DURE_ENCODER", "none")
    with pytest.raises(BadSetting, match="No encoder is set"):
        evaluated("encoder", "--pairs", str(pairs))


def test_a_missing_extra_is_named_with_its_remedy(folder: Path) -> None:
    program = "import sys; sys.modules['ir_measures'] = None; from search_api.cli import main; main()"
    command = [sys.executable, "-c", program, "eval", "search", str(folder)]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "Measuring needs ir_measures" in refused.stderr
    assert "pip install 'dure[eval]'" in refused.stderr
