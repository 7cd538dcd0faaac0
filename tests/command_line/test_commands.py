"""The command line as a new user runs it, on a home of its own."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from made_once import copied
from typer.testing import CliRunner

from models.errors import DureError
from models.stored import Refusal
from search_api.cli.commands import cli
from search_api.wiring.home import open_store
from search_api.wiring.settings import load_settings

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "pipelines" / "sample"

Run = Callable[..., Result]


def dure(home: Path, *arguments: str) -> Result:
    """Run a command on a home; an unexpected failure is raised."""
    result = CliRunner().invoke(cli, [*arguments, "--home", str(home)])
    if result.exception and not isinstance(result.exception, DureError | SystemExit):
        raise result.exception
    return result


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DURE_ENGINE", "DURE_HOME", "DURE_DICTIONARY", "DURE_ENCODER", "DURE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_status_counts_what_was_ingested(home: Path) -> None:
    counts = json.loads(dure(home, "status", "--json").stdout)
    assert counts["companies"] == 3
    assert counts["pending"] == 0
    assert counts["posts"] >= 60
    assert counts["deleted"] == 1


def test_status_names_the_first_posts_that_the_index_refuses(ingested: Path, tmp_path: Path) -> None:
    home = copied(ingested, tmp_path / "home")
    with open_store(load_settings(home=home)) as store:
        posts = store.replay(0, 7)
        store.refusals.remember(
            [Refusal(post=one.id, revision=one.revision, reason="too long") for one in posts]
        )
    told = dure(home, "status").stdout
    assert f"refused {posts[0].id}: too long" in told
    assert posts[6].id not in told
    assert "and 2 more" in told
    counts = json.loads(dure(home, "status", "--json").stdout)
    assert counts["refused"] == 7
    assert [one["post"] for one in counts["refusals"]] == [one.id for one in posts[:5]]


def test_ingesting_the_same_again_changes_nothing(home: Path) -> None:
    before = json.loads(dure(home, "status", "--json").stdout)
    again = dure(home, "ingest", "jsonl", str(SAMPLE))
    assert again.exit_code == 0
    assert "created" not in again.output
    assert json.loads(dure(home, "status", "--json").stdout) == before


def test_search_finds_the_answer_that_was_accepted(home: Path) -> None:
    found = json.loads(dure(home, "search", "길목VPN 5분마다 끊김", "--json").stdout)
    first = found["hits"][0]
    shown = [first["post"]["id"]] + ([first["answer"]["post"]["id"]] if first["answer"] else [])
    assert "sns:1004" in shown


def test_search_for_reading_shows_author_channel_and_snippet(home: Path) -> None:
    output = dure(home, "search", "연차 이월").stdout
    assert "임수아 대리" in output
    assert "이월" in output


def test_a_hit_is_called_by_its_thread_and_tells_why_its_answer_is_shown(home: Path) -> None:
    found = json.loads(dure(home, "search", "부푼 배터리", "--json").stdout)["hits"]
    assert found[0]["answer"]["why"] == "thanked"
    assert "most reactions" in dure(home, "search", "부푼 배터리").stdout
    called = next(hit for hit in found if hit["post"]["kind"] == "answer" and not hit["post"]["title"])
    assert called["title"]["text"]


def test_only_members_find_what_is_said_in_a_private_channel(home: Path) -> None:
    def channels(*viewer: str) -> set[str]:
        found = json.loads(dure(home, "search", "브레이크글라스 비상 계정", "--json", *viewer).stdout)
        return {hit["post"]["channel"] for hit in found["hits"]}

    assert "sns:ch-secops" in channels("--as", "p:namgung.hyun")
    assert "sns:ch-secops" not in channels("--as", "p:bae.yuri")
    assert "sns:ch-secops" not in channels()


def test_experts_prefers_accepted_answers_to_chatter(home: Path) -> None:
    found = json.loads(dure(home, "experts", "VPN 접속", "--json", "--as", "p:bae.yuri").stdout)["experts"]
    assert found[0]["person"]["id"] == "p:kim.jaemin"
    assert all(evidence["post"]["id"] for evidence in found[0]["evidence"])


def test_store_and_index_agree_after_ingest_publish_and_rebuild(home: Path) -> None:
    assert dure(home, "publish").exit_code == 0
    assert dure(home, "verify").exit_code == 0
    assert dure(home, "rebuild").exit_code == 0
    compared = json.loads(dure(home, "verify", "--json").stdout)
    assert compared["agrees"]
    assert compared["store_digest"] == compared["index_digest"]


def test_doctor_finds_everything_well(home: Path) -> None:
    result = dure(home, "doctor")
    assert result.exit_code == 0, result.output
    assert "✗" not in result.output


def test_doctor_names_what_is_wrong_and_exits_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_ENCODER", str(tmp_path / "nothing"))
    result = dure(tmp_path, "doctor")
    assert result.exit_code == 1
    assert "✗ encoder" in result.output


def test_a_token_is_shown_once_and_can_be_revoked(home: Path) -> None:
    secret = CliRunner().invoke(cli, ["token", "create", "portal", "--as", "p:bae.yuri", "--home", str(home)])
    assert secret.exit_code == 0
    assert secret.stdout.startswith("dure_")
    revoked = CliRunner().invoke(cli, ["token", "revoke", "portal", "--home", str(home)])
    assert revoked.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ingest", "fax", "x"), "bad_input"),
        (("ingest", "jsonl", "nowhere.jsonl"), "unreadable_source"),
        (("ingest", "jsonl", str(SAMPLE), "--include-private"), "bad_input"),
        (("search", "연차", "--as", "p:nobody"), "not_found"),
        (("search", "   "), "bad_input"),
    ],
)
def test_a_mistake_is_explained_with_a_remedy(home: Path, arguments: tuple[str, ...], code: str) -> None:
    result = dure(home, *arguments)
    assert isinstance(result.exception, DureError)
    assert result.exception.code == code
    assert result.exception.remedy


def test_bad_lines_are_reported_with_file_and_line_and_the_good_ones_kept(tmp_path: Path) -> None:
    lines = [
        '{"type": "channel", "id": "sns:c", "network": "sns", "name": "광장"}',
        '{"type": "account", "id": "sns:a", "network": "sns", "handle": "a"}',
        '{"type": "post", "id": "sns:1", "channel": "sns:c", "account": "sns:a", "text": "좋은 글", "created": "2026-01-05"}',
        "{broken",
        '{"type": "post", "id": "sns:2", "channel": "sns:c", "account": "sns:a", "text": "늦은 글", "created": "2126-01-05"}',
    ]
    export = tmp_path / "half.jsonl"
    export.write_text("\n".join(lines), encoding="utf-8")
    result = dure(tmp_path / "home", "ingest", "jsonl", str(export))
    assert result.exit_code == 0
    assert "half.jsonl:4" in result.output
    assert "future_date: 1" in result.output
    assert json.loads(dure(tmp_path / "home", "status", "--json").stdout)["posts"] == 2


def test_strict_stops_at_the_first_problem_and_keeps_what_came_before(tmp_path: Path) -> None:
    export = tmp_path / "half.jsonl"
    export.write_text('{"type": "company", "id": "c:a", "name": "가나다"}\n{broken', encoding="utf-8")
    result = dure(tmp_path / "home", "ingest", "jsonl", str(export), "--strict")
    assert isinstance(result.exception, DureError)
    assert "half.jsonl:2" in result.exception.message
    assert json.loads(dure(tmp_path / "home", "status", "--json").stdout)["companies"] == 1


def test_a_changed_dictionary_has_the_posts_concerned_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Words alone: to vectors, both posts are near to anything.
    monkeypatch.setenv("DURE_ENCODER", "none")
    export, words, home = tmp_path / "posts.jsonl", tmp_path / "words.tsv", tmp_path / "home"
    lines = [
        '{"type": "channel", "id": "sns:c", "network": "sns", "name": "광장"}',
        '{"type": "post", "id": "sns:1", "channel": "sns:c", "text": "누리온게이트 점검", "created": "2026-01-05"}',
        '{"type": "post", "id": "sns:2", "channel": "sns:c", "text": "구내식당 차림표", "created": "2026-01-05"}',
    ]
    export.write_text("\n".join(lines), encoding="utf-8")
    dure(home, "ingest", "jsonl", str(export))
    words.write_text("누리온게이트\t누리온,게이트\t출입시스템", encoding="utf-8")
    monkeypatch.setenv("DURE_DICTIONARY", str(words))
    assert "1 post published" in dure(home, "publish").output
    found = json.loads(dure(home, "search", "출입시스템", "--json").stdout)["hits"]
    assert [hit["post"]["id"] for hit in found] == ["sns:1"]
    monkeypatch.delenv("DURE_DICTIONARY")
    assert "1 post published" in dure(home, "publish").output
