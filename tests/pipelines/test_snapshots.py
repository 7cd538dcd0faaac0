"""Exports one after the other: what a later one lacks is closed, in whatever order, as often and however they come."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from sqlite_fixture import store_in_sqlite

from models.records import Account, Membership, Post, Reaction
from models.snapshot import Snapshot, SnapshotKind
from models.store import Store
from pipelines.ingest import BATCH, Ingest
from pipelines.problems import ProblemReport
from pipelines.sources import SOURCES
from pipelines.sources.jsonl import read_lines

MONDAY = 1_709_510_400
"""2024-03-04 09:00 in Seoul: midnight by UTC."""
USERS = [
    {"id": f"U{number}", "name": f"user{number}", "real_name": f"사람{number}"} for number in range(1, 5)
]

Messages = dict[str, dict[int, str]]
Files = dict[str, Any]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A fresh store, on each database in turn."""
    if request.param == "postgresql":
        from postgresql_fixture import store_in_postgresql

        url = store_in_postgresql(request)
    else:
        url = store_in_sqlite(request, tmp_path / "home")
    opened = Store.open(url)
    yield opened
    opened.close()


def said(text: str, second: int, **fields: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U1", "text": text, "ts": f"{MONDAY + second}.000100", **fields}


def export(
    channels: Messages,
    *,
    private: Messages | None = None,
    members: dict[str, list[str]] | None = None,
    users: list[dict[str, Any]] = USERS,
    direct: Messages | None = None,
) -> Files:
    """Conversations with their messages by the second; a channel has the id of its name."""
    files: Files = {"users.json": users}
    for listed, conversations in (("channels", channels), ("groups", private), ("dms", direct)):
        rows = []
        for name, messages in (conversations or {}).items():
            joined = (members or {}).get(name, ["U1", "U2"])
            rows.append({"id": f"C-{name}", "name": name, "members": joined})
            day = [said(text, second) for second, text in messages.items()]
            files[f"{'C-' if listed == 'dms' else ''}{name}/2024-03-04.json"] = day
        files[f"{listed}.json"] = rows
    return files


class Reader:
    """Reads exports into a store, each from a folder of its own."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._count = 0

    def __call__(
        self, files: Files, *, encoding: str = "utf-8", private: bool = True, accept_removals: bool = False
    ) -> ProblemReport:
        self._count += 1
        root = self._folder / f"export{self._count}"
        for name, value in files.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            text = (
                value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode(encoding)
            )
            file.write_bytes(text)
        report = ProblemReport()
        source = SOURCES["slack"](root, include_private=private)
        for _ in Ingest(self._store, source, report, accept_removals=accept_removals):
            pass
        return report

    def sees(self, person: str | None = None) -> set[str]:
        """The texts that a person may read, or everybody."""
        scope = self._store.scope_of(person and f"slack:{person}")
        return {post.text for post in self._store.posts(self._ids(), scope).values()}

    def _ids(self) -> list[str]:
        return [post.id for post in self._store.replay(0, 100_000)]


@pytest.fixture
def read(store: Store, tmp_path: Path) -> Reader:
    return Reader(store, tmp_path)


BEFORE = export({"공지": {1: "첫 글", 2: "둘째 글"}, "인사": {3: "승진 명단"}})
AFTER = export(
    {"공지": {1: "첫 글", 2: "둘째 글"}}, private={"인사": {3: "승진 명단"}}, members={"인사": ["U1"]}
)
GONE = export({"공지": {1: "첫 글", 2: "둘째 글"}})


@pytest.mark.parametrize("private", [True, False])
def test_a_channel_that_became_private_is_read_by_its_members_alone(read: Reader, private: bool) -> None:
    read(BEFORE)
    assert "승진 명단" in read.sees()
    report = read(AFTER, private=private)
    assert "승진 명단" in read.sees("U1")
    assert not any("승진 명단" in read.sees(who) for who in (None, "U2", "U3"))
    assert report.notes["channels_closed" if not private else "memberships_ended"] == 1
    assert not report.problems


def test_a_channel_that_no_list_names_any_more_is_read_by_its_members_alone(read: Reader) -> None:
    read(BEFORE)
    report = read(GONE)
    assert "승진 명단" in read.sees("U2")
    assert not any("승진 명단" in read.sees(who) for who in (None, "U3"))
    assert report.notes["channels_closed"] == 1


def test_a_kept_out_channel_that_was_never_open_stays_unknown(read: Reader, store: Store) -> None:
    read(AFTER, private=False)
    assert store.status().channels == 1
    assert read.sees("U1") == {"첫 글", "둘째 글"}


def test_who_left_a_private_channel_reads_nothing_of_it(read: Reader) -> None:
    read(export({}, private={"인사": {3: "승진 명단"}}))
    assert read.sees("U2") == {"승진 명단"}
    read(export({}, private={"인사": {3: "승진 명단", 4: "그 뒤의 글"}}, members={"인사": ["U1"]}))
    assert read.sees("U2") == set()
    assert read.sees("U1") == {"승진 명단", "그 뒤의 글"}
    read(export({}, private={"인사": {3: "승진 명단", 5: "돌아온 뒤"}}, members={"인사": ["U1", "U2"]}))
    assert "돌아온 뒤" in read.sees("U2")


def test_a_channel_opens_again_with_an_export_of_a_later_moment_only(read: Reader) -> None:
    read(AFTER)
    read(BEFORE)
    assert "승진 명단" not in read.sees()
    read(export({"공지": {1: "첫 글", 2: "둘째 글", 9: "새 글"}, "인사": {3: "승진 명단"}}))
    assert read.sees() == {"첫 글", "둘째 글", "새 글", "승진 명단"}


def test_who_was_deactivated_stays_so_when_an_older_export_is_read_again(read: Reader) -> None:
    left = [{**user, "deleted": user["id"] == "U3"} for user in USERS]
    read(export({"공지": {1: "첫 글"}}))
    assert read.sees("U3")
    for files in (export({"공지": {1: "첫 글"}}, users=left), export({"공지": {1: "첫 글"}})):
        read(files)
        assert read.sees("U3") == set()


@pytest.mark.parametrize("members", [["U1", "U2"], ["U1"]], ids=["still a member", "no member"])
@pytest.mark.parametrize("second", [2, 9], ids=["same moment", "later"])
def test_who_is_no_longer_in_the_list_of_users_reads_nothing_in_whatever_order(
    read: Reader, members: list[str], second: int
) -> None:
    before = export({"공지": {1: "첫 글"}}, private={"인사": {2: "승진 명단"}})
    talk = {2: "승진 명단", second: "승진 명단"}
    after = export(
        {"공지": {1: "첫 글"}},
        private={"인사": talk},
        members={"인사": members},
        users=[user for user in USERS if user["id"] != "U2"],
    )
    read(before)
    assert read.sees("U2") == {"첫 글", "승진 명단"}
    report = read(after)
    assert report.notes["accounts_closed"] == 1
    for files in (before, after, before):
        read(files)
        assert read.sees("U2") == set()
        assert read.sees("U1") == {"첫 글", "승진 명단"}
    report = read(after)
    assert not report.notes.keys() & {"accounts_closed", "older_snapshot"}
    read(export({"공지": {1: "첫 글", 20: "새 글"}}, private={"인사": {2: "승진 명단"}}))
    assert "승진 명단" in read.sees("U2")


def test_who_a_later_list_of_users_lacks_reads_nothing_when_an_older_one_comes_after_it(read: Reader) -> None:
    read(export({"공지": {1: "첫 글", 9: "새 글"}}, users=USERS[:2], members={"공지": ["U1"]}))
    read(export({"공지": {1: "첫 글"}}, private={"인사": {2: "승진 명단"}}, members={"인사": ["U3"]}))
    assert read.sees("U1") == {"첫 글", "새 글"}
    assert read.sees("U3") == set()


def test_a_list_of_users_that_is_cut_off_empty_or_far_too_short_closes_nobody(read: Reader) -> None:
    users = [{**USERS[0], "id": f"U{number}", "name": f"user{number}"} for number in range(1, 31)]
    read(export({"공지": {1: "첫 글"}}, users=users))
    later = export({"공지": {1: "첫 글", 9: "새 글"}}, users=users)
    for files in (broken(later, "users.json"), {**later, "users.json": []}):
        report = read(files)
        assert read.sees("U30") == {"첫 글", "새 글"}
        assert "Not whole: the list of users" in str(report)
    del files["users.json"]
    assert "the list of users" in str(read(files))
    assert read({**later, "users.json": users[:3]}).problems["mass_removal"] == 27
    assert read.sees("U30") == {"첫 글", "새 글"}


def test_a_missing_message_was_deleted_with_its_text(read: Reader, store: Store) -> None:
    read(BEFORE)
    report = read(export({"공지": {2: "둘째 글"}, "인사": {3: "승진 명단"}}))
    assert read.sees() == {"둘째 글", "승진 명단"}
    assert report.notes["posts_deleted"] == 1
    assert "첫 글" not in {post.text for post in store.replay(0, 100)}
    read(BEFORE)
    assert read.sees() == {"둘째 글", "승진 명단"}


def test_a_folder_without_a_message_says_that_there_is_none(read: Reader) -> None:
    read(BEFORE)
    read({**BEFORE, "공지/2024-03-04.json": []})
    assert read.sees() == {"승진 명단"}


def reacted(count: int, *users: str, last: int = 2) -> Files:
    files = export({"공지": {}})
    given = [{"name": "tada", "users": list(users), "count": count}] if count else []
    talk = [said("첫 글", 1, reactions=given), said("끝", last)]
    return {**files, "공지/2024-03-04.json": talk}


@pytest.mark.parametrize(
    ("after", "left", "last"),
    [
        ((1, "U1"), 1, 2),
        ((1, "U1"), 1, 9),
        ((0,), 0, 2),
        ((0,), 0, 9),
        ((2, "U1"), 2, 2),
        ((2, "U1"), 2, 9),
        ((1,), 1, 9),
        ((3, "U1"), 3, 9),
    ],
)
def test_a_reaction_that_was_taken_back_is_gone_and_one_given_here_stays(
    read: Reader, store: Store, after: tuple[Any, ...], left: int, last: int
) -> None:
    post = f"slack:C-공지:{MONDAY + 1}.000100"

    def tada() -> int:
        found = store.signals([post], store.scope_of(None))[post].reactions
        return sum(found.values())

    read(reacted(2, "U1", "U2"))
    assert tada() == 2
    store.write(
        [
            Account(id="dure:U3", network="dure", handle="user3", person="slack:U3"),
            Reaction(post=post, kind="🎉", account="dure:U3"),
        ]
    )
    later = reacted(*after, last=last)
    report = read(later)
    assert tada() == left + 1
    assert bool(report.notes["reactions_ended"]) == (after in ((1, "U1"), (0,), (1,)))
    for files in (later, reacted(2, "U1", "U2"), later):
        report = read(files)
        assert tada() == left + 1
    assert not report.notes.keys() & {"reactions_ended", "older_record", "older_snapshot"}
    read(reacted(2, "U1", "U2", last=20))
    assert tada() == 3


def test_an_older_export_that_comes_after_gives_no_reaction_that_was_taken_back(
    read: Reader, store: Store
) -> None:
    read(reacted(1, "U1", last=9))
    read(reacted(2, "U1", "U2"))
    post = f"slack:C-공지:{MONDAY + 1}.000100"
    assert sum(store.signals([post], store.scope_of(None))[post].reactions.values()) == 1


def test_the_first_message_of_a_thread_may_go_and_its_replies_stay(read: Reader) -> None:
    root = f"{MONDAY + 1}.000100"
    files = export({"공지": {}})
    talk = [said("물음", 1, thread_ts=root), said("대답", 2, thread_ts=root), said("다른 글", 3)]
    read({**files, "공지/2024-03-04.json": talk})
    read({**files, "공지/2024-03-04.json": talk[1:]})
    assert read.sees() == {"대답", "다른 글"}


def test_what_nobody_can_know_stays_and_is_told(read: Reader) -> None:
    read(BEFORE)
    report = read(export({"공지": {1: "첫 글"}, "인사": {}}))
    assert read.sees() == {"첫 글", "둘째 글", "승진 명단"}
    assert report.notes["perhaps_gone"] == 2
    later = export({"공지": {1: "첫 글", 2: "둘째 글", 9: "새 글"}, "인사": {}})
    del later["인사/2024-03-04.json"]
    report = read(later)
    assert "승진 명단" in read.sees()
    assert report.notes["perhaps_gone"] == 1


def test_an_export_of_some_days_deletes_within_them_alone(read: Reader) -> None:
    days = {day: [said(f"{day}일", 86_400 * (day - 4))] for day in (2, 3, 4, 5, 6)}
    files = export({"공지": {}})
    del files["공지/2024-03-04.json"]
    read({**files, **{f"공지/2024-03-0{day}.json": talk for day, talk in days.items()}})
    read({**files, "공지/2024-03-03.json": days[3], "공지/2024-03-06.json": days[6]})
    assert read.sees() == {"2일", "3일", "6일"}


def test_a_conversation_of_two_is_kept_for_them(read: Reader) -> None:
    files = export({"공지": {1: "첫 글"}}, direct={"U1U2": {2: "점심?"}})
    read(files)
    read(files, private=False)
    read(export({"공지": {1: "첫 글", 9: "새 글"}}))
    assert "점심?" in read.sees("U2")
    assert not any("점심?" in read.sees(who) for who in (None, "U3"))


def test_a_renamed_channel_is_the_same_channel(read: Reader) -> None:
    read(BEFORE)
    files = export({"공지": {1: "첫 글", 2: "둘째 글", 9: "새 글"}, "인사": {3: "승진 명단"}})
    files["channels.json"][0] |= {"name": "알림", "previous_names": ["공지"]}
    files["알림/2024-03-04.json"] = files.pop("공지/2024-03-04.json")
    report = read(files)
    assert read.sees() == {"첫 글", "둘째 글", "새 글", "승진 명단"}
    assert not report.notes


LEFT = [{**user, "deleted": user["id"] == "U4"} for user in USERS]
HISTORY = {
    "1st": export({"공지": {1: "첫 글", 2: "지운 글"}, "인사": {3: "승진 명단"}, "없앤방": {4: "옛 글"}}),
    "2nd": export(
        {"공지": {1: "첫 글", 20: "둘째 글"}},
        private={"인사": {3: "승진 명단", 19: "두 사람"}},
        members={"인사": ["U1"], "공지": ["U1"]},
        users=LEFT,
    ),
    "3rd": export(
        {"공지": {1: "첫 글", 20: "둘째 글", 30: "셋째 글"}, "새방": {25: "새 방의 글"}},
        private={"인사": {3: "승진 명단", 19: "두 사람"}},
        members={"인사": ["U1", "U3"]},
        users=LEFT,
    ),
}


@pytest.mark.parametrize("order", list(permutations(HISTORY)), ids=" ".join)
@pytest.mark.parametrize("encoding", ["utf-8", "euc-kr"])
def test_in_any_order_and_twice_it_comes_to_what_the_last_moment_says(
    read: Reader, order: tuple[str, ...], encoding: str
) -> None:
    for name in (*order, *order):
        read(HISTORY[name], encoding=encoding)
    everybody = {"첫 글", "둘째 글", "셋째 글", "새 방의 글"}
    assert read.sees() == everybody
    assert read.sees("U1") - {"옛 글"} == everybody | {"승진 명단", "두 사람"}
    assert read.sees("U2") - {"옛 글"} == everybody
    assert read.sees("U3") == everybody | {"승진 명단", "두 사람"}
    assert read.sees("U4") == set()


def test_the_same_export_twice_changes_nothing(read: Reader, store: Store) -> None:
    for files in HISTORY.values():
        read(files)
        revision = store.last_revision()
        report = read(files)
        assert store.last_revision() == revision
        closed = {"channels_closed", "memberships_ended", "posts_deleted", "older_record", "older_snapshot"}
        assert not closed & report.notes.keys()
        assert not report.problems


def broken(files: Files, name: str) -> Files:
    whole = json.dumps(files[name], ensure_ascii=False, indent=1).encode()
    return {**files, name: whole[: len(whole) * 2 // 3]}


@pytest.mark.parametrize("name", ["channels.json", "공지/2024-03-04.json", "users.json"])
def test_what_could_not_be_read_whole_closes_and_deletes_nothing(read: Reader, name: str) -> None:
    later = export({"공지": {1: "첫 글", 9: "새 글"}, "인사": {3: "승진 명단", 8: "그 뒤"}})
    read(export({"공지": {1: "첫 글", 2: "둘째 글"}, "인사": {3: "승진 명단"}}))
    report = read(broken(later, name))
    assert read.sees() >= {"첫 글", "둘째 글" if "공지" in name else "첫 글", "승진 명단"}
    assert report.problems["invalid_json"] == 1
    assert report.notes["incomplete"] == 1


@pytest.mark.parametrize("fields", [{"members": None}, {"members": ["U1"], "num_members": 2}])
def test_members_that_are_not_all_listed_go_on_reading_and_that_is_told(
    read: Reader, fields: dict[str, Any]
) -> None:
    read(export({}, private={"인사": {3: "승진 명단"}}))
    later = export({}, private={"인사": {3: "승진 명단", 9: "새 글"}})
    later["groups.json"][0] |= fields
    report = read(later)
    assert read.sees("U2") == {"승진 명단", "새 글"}
    assert report.notes == {"incomplete": 1}
    assert "the members of 1 channel;" in str(report)


def test_a_denial_is_judged_by_all_that_comes_with_it_however_late(store: Store) -> None:
    lines = [
        {"type": "denial", "container": "channel:sns:c1", "reason": "엠바고"},
        {"type": "denial", "container": "thread:sns:없음", "reason": "오타"},
        *({"type": "company", "id": f"회사{number}", "name": "한강"} for number in range(BATCH)),
        {"type": "channel", "id": "sns:c1", "network": "sns", "name": "공지"},
    ]
    report = ProblemReport(strict=True)
    for _ in Ingest(store, read_lines([json.dumps(line).encode() for line in lines], "글.jsonl"), report):
        pass
    assert report.notes == {"denial_unmatched": 1}
    assert "글.jsonl:2: Nothing is closed yet: there is no post 'sns:없음'" in str(report)


def test_an_export_cut_to_a_few_is_refused_with_the_numbers_until_it_is_accepted(read: Reader) -> None:
    many = {second: f"글 {second}" for second in range(40)}
    read(export({"공지": many}))
    few = export({"공지": {39: "글 39"}})
    report = read(few)
    assert len(read.sees()) == 40
    assert report.problems["mass_removal"] == 39
    assert "39 of 40 posts" in str(report)
    assert "--accept-removals" in str(report)
    report = read(few, accept_removals=True)
    assert read.sees() == {"글 39"}
    assert not report.problems


def test_many_small_losses_are_one_large_one(read: Reader) -> None:
    rooms = {f"방{room}": {room * 3 + at: f"글 {room} {at}" for at in range(3)} for room in range(10)}
    read(export(rooms))
    halved = {room: dict(list(messages.items())[2:]) for room, messages in rooms.items()}
    assert read(export(halved)).problems["mass_removal"] == 20
    assert len(read.sees()) == 30


def test_an_export_of_one_channel_closes_no_others(read: Reader) -> None:
    read(export({f"방{room}": {room: f"글 {room}"} for room in range(20)}))
    report = read(export({"방19": {19: "글 19"}}))
    assert len(read.sees()) == 20
    assert report.problems["mass_removal"] == 19


def test_what_was_written_on_our_own_pages_is_in_no_export(read: Reader, store: Store) -> None:
    read(BEFORE)
    at = datetime.fromtimestamp(MONDAY + 2, UTC)
    ours = {
        "id": "dure:p1",
        "channel": "slack:C-공지",
        "account": "dure:U3",
        "text": "우리 글",
        "created": at,
    }
    store.write(
        [
            Account(id="dure:U3", network="dure", handle="user3", person="slack:U3"),
            Membership(channel="slack:C-인사", account="dure:U3"),
            Post(**ours),
        ]
    )
    read(AFTER)
    assert read.sees("U3") == {"첫 글", "둘째 글", "우리 글", "승진 명단"}


def test_a_directory_goes_before_what_a_network_presumes(read: Reader, store: Store) -> None:
    lines = (
        '{"type": "person", "id": "e1", "name": "한가람"}',
        '{"type": "account", "id": "slack:U1", "network": "slack", "handle": "garam", "person": "e1"}',
    )
    staff = list(read_lines([line.encode() for line in lines], "staff"))
    files = export({}, private={"인사": {3: "승진 명단"}})
    for _ in range(2):
        for _ in Ingest(store, staff, ProblemReport(strict=True)):
            pass
        read(files)
        post = store.posts([f"slack:C-인사:{MONDAY + 3}.000100"], store.scope_of("e1"))
        assert [each.author and each.author.person for each in post.values()] == ["e1"]
        assert read.sees("U1") == set()
        files = export({}, private={"인사": {3: "승진 명단", 9: "새 글"}})


def test_lines_of_json_carry_the_same(store: Store) -> None:
    at = datetime(2024, 3, 5, tzinfo=UTC)
    lines = [
        {"type": "channel", "id": "c", "network": "sns", "name": "공지"},
        {"type": "account", "id": "u", "network": "sns", "handle": "u", "person": "p"},
        {"type": "person", "id": "p", "name": "한가람"},
        {"type": "membership", "channel": "c", "account": "u"},
        {"type": "post", "id": "p1", "channel": "c", "text": "글", "created": "2024-03-04T00:00:00Z"},
    ]
    snapshots = [
        {"container": "network:sns", "of": "channels"},
        {"container": "channel:c", "of": "members"},
        {"container": "channel:c", "of": "posts"},
    ]
    rest = {"type": "snapshot", "as_of": at.isoformat(), "ids": []}

    def ingest(*values: dict[str, Any]) -> ProblemReport:
        report = ProblemReport()
        items = read_lines([json.dumps(value).encode() for value in values], "글.jsonl")
        for _ in Ingest(store, items, report):
            pass
        return report

    def seen(person: str | None) -> int:
        return len(store.posts(["p1"], store.scope_of(person)))

    ingest(*lines)
    assert (seen(None), seen("p")) == (1, 1)
    assert ingest({**rest, **snapshots[2], "certain": False}).notes == {"perhaps_gone": 1}
    ingest({**rest, **snapshots[0]})
    assert (seen(None), seen("p")) == (0, 1)
    ingest({**rest, **snapshots[1]})
    assert (seen(None), seen("p")) == (0, 0)
    report = ingest({**rest, **snapshots[2]})
    assert report.notes == {"posts_deleted": 1}
    assert store.status().deleted == 1
    assert ingest({**rest, "container": "network:sns", "of": "posts"}).problems == {"invalid_record": 1}


def test_snapshots_are_compared_and_closed_in_one_transaction_with_their_records(store: Store) -> None:
    at = datetime(2024, 3, 5, tzinfo=UTC)
    [kind] = [kind for kind in SnapshotKind if kind is SnapshotKind.POSTS]
    post = Post(id="p1", channel="c", text="글", created=datetime(2024, 3, 4, tzinfo=UTC))
    snapshot = Snapshot(container="channel:c", of=kind, as_of=at, ids=("p1",))
    outcomes = store.write([snapshot, post])
    assert [outcome.change.value for outcome in outcomes] == ["unchanged", "created"]
    assert store.snapshots.missing(snapshot) == (1, 0, 0)
