import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import pytest

import pipelines
from models.language.dictionary import Dictionary
from models.records import (
    Acceptance,
    Account,
    Channel,
    ChannelKind,
    Company,
    Deletion,
    Denial,
    Employment,
    Follow,
    Membership,
    Person,
    Post,
    PostKind,
    Reaction,
    Record,
    Unit,
    Verification,
    Views,
)
from models.snapshot import line_adapter

FOLDER = Path(pipelines.__file__).parent / "sample"
FIRST, LAST = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)
SHARED_SENTENCE = 8
"""Shorter sentences, such as "1. 목적", may well be said twice."""

EXPERTS = {
    *("p:pyo.sangcheol", "p:maeng.joohee", "p:ok.jinseo", "p:tak.hyerin", "p:bong.seungwoo", "p:do.yeonjae"),
    *("p:cho.byungchul", "p:seo.miran", "p:divya.kurian", "p:lim.sua", "p:choi.eunseo"),
    *("p:gil.yeongju", "p:bae.yuri", "p:eom.chanho", "p:seonwoo.jeong", "p:mateo.ibarra", "p:chae.sebin"),
    *("p:byun.gwangsu", "p:hong.kitae", "p:lee.daeun", "p:moon.jaehee"),
    *("p:kim.jaemin", "p:yeo.minsang", "p:namgung.hyun", "p:jung.soyeon", "p:noh.danbi", "p:ryu.seunghwan"),
    *("p:hwang.dongwook", "p:tamsin.okoro", "p:shin.yujin", "p:yoo.narae", "p:geum.nayeong"),
    *("p:do.kyungmi", "p:bang.seokju"),
}
OFF_TOPIC = "p:jang.kihoon"
TRANSFERRED = {"p:shin.yujin", "p:ok.jinseo", "p:geum.nayeong"}
CONCURRENT = {"p:oh.mikyung", "p:seonwoo.jeong"}

T = TypeVar("T")


class Sample:
    """The sample's records by type and by id."""

    def __init__(self, records: list[Record]) -> None:
        self.records = records
        self.people = {person.id: person for person in self.all(Person)}
        self.accounts = {account.id: account for account in self.all(Account)}
        self.channels = {channel.id: channel for channel in self.all(Channel)}
        self.posts = {post.id: post for post in self.all(Post)}

    def all(self, kind: type[T]) -> list[T]:
        return [record for record in self.records if isinstance(record, kind)]

    def author(self, post: Post) -> Account:
        assert post.account is not None
        return self.accounts[post.account]

    def employed(self, person: str, day: date) -> list[Employment]:
        return [
            job
            for job in self.all(Employment)
            if job.person == person and (job.since or day) <= day and (job.until is None or day < job.until)
        ]

    def members(self, channel: str, at: datetime) -> set[str]:
        return {
            member.account
            for member in self.all(Membership)
            if member.channel == channel
            and (member.since is None or member.since <= at)
            and (member.until is None or at < member.until)
        }

    def reaches(self, account: Account, channel: Channel, at: datetime) -> bool:
        """Whether the account could see the channel then."""
        if account.bot:
            return True
        assert account.person is not None
        if channel.private or self.people[account.person].guest:
            return account.id in self.members(channel.id, at)
        jobs = self.employed(account.person, at.date())
        return any(channel.company in (None, job.company) for job in jobs)


@pytest.fixture(scope="module")
def sample() -> Sample:
    lines = (line for path in sorted(FOLDER.rglob("*.jsonl")) for line in path.open(encoding="utf-8"))
    return Sample([line_adapter.validate_json(line) for line in lines])


def test_the_group_has_the_size_that_its_description_promises(sample: Sample) -> None:
    assert len(sample.all(Company)) == 3
    assert len(sample.all(Unit)) == 27
    assert len(sample.people) == 45
    assert len(sample.channels) == 32
    assert len(sample.posts) >= 1_080
    assert len(sample.all(Follow)) >= 140
    assert len(sample.all(Reaction)) >= 1_200
    assert len(sample.all(Acceptance)) >= 95
    assert len(sample.all(Verification)) == len(sample.all(Denial)) == len(sample.all(Deletion)) == 1
    assert sample.all(Views)
    assert {channel.kind for channel in sample.channels.values()} == set(ChannelKind) - {ChannelKind.DIRECT}
    assert {post.kind for post in sample.posts.values()} == set(PostKind)
    assert {account.network for account in sample.accounts.values()} == {
        "sns",
        "yammer",
        "idea",
        "blog",
        "kms",
        "twit",
        "bi",
    }


def test_every_id_is_given_once(sample: Sample) -> None:
    named = (Company, Unit, Person, Account, Channel, Post)
    ids = Counter(record.id for record in sample.records if isinstance(record, named))

    assert [identifier for identifier, times in ids.items() if times > 1] == []


def test_every_reference_leads_to_a_record(sample: Sample) -> None:
    companies = {company.id for company in sample.all(Company)}
    units = {unit.id: unit for unit in sample.all(Unit)}

    for unit in units.values():
        assert unit.company in companies
        assert unit.parent is None or units[unit.parent].company == unit.company
    for job in sample.all(Employment):
        assert job.person in sample.people
        assert job.company in companies
        assert job.unit is None or units[job.unit].company == job.company
    for account in sample.accounts.values():
        assert account.bot if account.person is None else account.person in sample.people
        assert account.id == f"{account.network}:{account.handle}"
    for channel in sample.channels.values():
        assert channel.company is None or channel.company in companies
    for member in sample.all(Membership):
        assert sample.accounts[member.account].network == sample.channels[member.channel].network
    for follow in sample.all(Follow):
        assert sample.accounts[follow.follower].network == sample.accounts[follow.followed].network
    for post in sample.posts.values():
        assert sample.author(post).network == sample.channels[post.channel].network
        assert set(post.mentions) <= set(sample.accounts)
        assert all(link in post.text for link in post.links)
    for acceptance in sample.all(Acceptance):
        assert sample.posts[acceptance.answer].parent == acceptance.question
        assert sample.posts[acceptance.question].kind == PostKind.QUESTION
        assert sample.posts[acceptance.answer].kind == PostKind.ANSWER
    for verification in sample.all(Verification):
        assert verification.post in sample.posts
        assert verification.person in sample.people
    assert {views.post for views in sample.all(Views)} <= set(sample.posts)
    assert {deletion.post for deletion in sample.all(Deletion)} <= set(sample.posts)
    for denial in sample.all(Denial):
        assert denial.container.removeprefix("thread:") in sample.posts


def test_a_reply_comes_after_the_post_that_it_answers_in_the_same_channel(sample: Sample) -> None:
    for post in sample.posts.values():
        assert FIRST <= post.created < LAST
        assert post.edited is None or post.edited > post.created
        if post.parent is not None:
            parent = sample.posts[post.parent]
            assert parent.created < post.created
            assert parent.channel == post.channel


def test_only_people_who_work_here_and_may_read_the_channel_speak_and_react_in_it(sample: Sample) -> None:
    for post in sample.posts.values():
        channel = sample.channels[post.channel]
        assert sample.reaches(sample.author(post), channel, post.created), post.id
    for reaction in sample.all(Reaction):
        post = sample.posts[reaction.post]
        if reaction.account is not None:
            assert reaction.created is not None
            assert reaction.created > post.created, reaction
            assert reaction.account != post.account, reaction
            reactor = sample.accounts[reaction.account]
            assert sample.reaches(reactor, sample.channels[post.channel], reaction.created), reaction


def test_the_asker_accepts_an_answer_after_it_was_given(sample: Sample) -> None:
    for acceptance in sample.all(Acceptance):
        question, answer = sample.posts[acceptance.question], sample.posts[acceptance.answer]
        assert acceptance.created is not None
        assert acceptance.created > answer.created
        if question.anonymous:
            assert acceptance.account is None, "the acceptance would give the asker away"
        else:
            assert acceptance.account == question.account


def test_nobody_reacts_twice_in_the_same_way_or_follows_themselves(sample: Sample) -> None:
    given = Counter((reaction.post, reaction.kind, reaction.account) for reaction in sample.all(Reaction))
    follows = Counter((follow.follower, follow.followed) for follow in sample.all(Follow))

    assert max(given.values()) == max(follows.values()) == 1
    assert all(follower != followed for follower, followed in follows)


def test_private_channels_have_members(sample: Sample) -> None:
    private = [channel for channel in sample.channels.values() if channel.private]

    assert len(private) == 6
    assert all(len(sample.members(channel.id, LAST)) >= 3 for channel in private)


def test_no_two_posts_share_a_sentence(sample: Sample) -> None:
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for post in sample.posts.values():
        for sentence in re.split(r"[.!?…\n]+", f"{post.title or ''}\n{post.text}"):
            if len(said := " ".join(sentence.split())) >= SHARED_SENTENCE:
                holders[said].add(post.id)

    assert {said: posts for said, posts in holders.items() if len(posts) > 1} == {}


def test_posts_run_from_one_word_to_a_document(sample: Sample) -> None:
    lengths = {post.id: len(post.text) for post in sample.posts.values()}
    blogs = [post for post in sample.posts.values() if post.kind == PostKind.BLOG]

    assert min(lengths.values()) <= 8
    assert lengths["kms:5001"] > 2_000
    assert sum(len(post.text) > 1_200 for post in blogs) > 2


def test_the_careers_are_all_there(sample: Sample) -> None:
    until = {job.person for job in sample.all(Employment) if job.until is not None}
    now = {person: sample.employed(person, LAST.date()) for person in sample.people}

    assert {person for person in until if not now[person]} == {"p:an.jaeseok"}, "left"
    assert {person for person in until if now[person]} == TRANSFERRED, "transferred"
    assert {person for person, jobs in now.items() if len(jobs) == 2} == CONCURRENT, "concurrent"
    assert [person.id for person in sample.people.values() if person.guest] == ["p:ko.eunchae"]
    leaders = {person.id for person in sample.people.values() if person.leader}
    assert leaders <= {sample.author(post).person for post in sample.posts.values()}


def test_each_expert_has_two_accepted_answers_and_the_chatterbox_talks_most_without_any(
    sample: Sample,
) -> None:
    accepted = Counter(sample.author(sample.posts[mark.answer]).person for mark in sample.all(Acceptance))
    written = Counter(sample.author(post).person for post in sample.posts.values())
    about_vpn = Counter(
        sample.author(post).person for post in sample.posts.values() if "VPN" in f"{post.title} {post.text}"
    )

    assert {person for person, answers in accepted.items() if answers >= 2} == EXPERTS
    assert written.most_common(1)[0][0] == OFF_TOPIC
    assert about_vpn[OFF_TOPIC] > max(count for person, count in about_vpn.items() if person != OFF_TOPIC)


@pytest.mark.parametrize(
    ("secret", "told", "channel"),
    [
        ("브레이크글라스|비상 계정", "sns:1305", "sns:ch-secops"),
        ("41만 2천원", "yammer:2101", "yammer:nextpump"),
        ("4월 12일 양산", "yammer:3051", "yammer:nextpump"),
        ("BR4F", "sns:3301", "sns:ch-parts"),
        ("31,700원", "sns:3314", "sns:ch-parts"),
        ("3,940건", "sns:6612", "sns:ch-oncall"),
        ("S 7.5", "sns:6667", "sns:ch-hr"),
        ("총액 상한 1,500만원", "sns:4646", "sns:ch-pricing"),
        ("171,800원", "sns:4648", "sns:ch-pricing"),
        ("BM26-04", "sns:4617", "sns:ch-commerce"),
        ("1만 5천원", "sns:4626", "sns:ch-commerce"),
        ("평일 4만원", "sns:6680", "sns:ch-systems"),
        ("공용 SSH 키", "sns:6683", "sns:ch-systems"),
        ("27Hz", "sns:3023", "sns:ch-plant"),
    ],
)
def test_what_only_some_may_know_is_told_in_their_channel_alone(
    sample: Sample, secret: str, told: str, channel: str
) -> None:
    telling = [post for post in sample.posts.values() if re.search(secret, f"{post.title or ''} {post.text}")]

    assert told in {post.id for post in telling}
    assert {post.channel for post in telling} == {channel}
    assert sample.channels[channel].private or sample.channels[channel].company


@pytest.mark.parametrize(
    ("document", "later"),
    [
        ("kms:5001", ["kms:5002"]),
        ("kms:3001", ["sns:3012", "sns:3014", "kms:3002"]),
        ("kms:6501", ["sns:6512", "sns:6516", "kms:6506"]),
        ("kms:6502", ["sns:6659", "kms:6507"]),
        ("kms:4501", ["sns:4655", "kms:4505"]),
    ],
)
def test_old_documents_are_contradicted_later_and_in_their_own_comments(
    sample: Sample, document: str, later: list[str]
) -> None:
    posts = [sample.posts[post] for post in later]

    assert sample.posts[document].kind == PostKind.DOCUMENT
    assert all(post.created > sample.posts[document].created for post in posts)
    assert posts[-1].parent == document


def test_the_monthly_tables_add_up(sample: Sample) -> None:
    tables = [
        post
        for post in sample.posts.values()
        if post.channel == "bi:sales" and post.kind == PostKind.DOCUMENT and "합계 |" in post.text
    ]

    assert all(sample.author(table).bot for table in tables)
    assert [int(table.text.split("기간: 2026-")[1][:2]) for table in tables] == list(range(2, 11))
    for table in tables:
        rows = [line.split("|") for line in table.text.splitlines() if line.count("|") == 4][1:]
        actual, goal = ([int(row[column].replace(",", "")) for row in rows] for column in (1, 2))
        assert len(rows) == 7, table.id
        for column in (actual, goal):
            assert column[-1] == sum(column[:-1]), table.id
        rates = [float(row[3].strip(" %")) for row in rows]
        assert rates == pytest.approx([100 * a / g for a, g in zip(actual, goal, strict=True)], abs=0.06)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("밖에서 회사 파일 보려면 뭘 깔아야 하나요? 숙소에서 일해야 하거든요.", "sns:1011"),
        ("지난해 남은 쉬는 날, 올봄에 다 써도 돼요?", "sns:1102"),
        ("저장공간 꽉 참", "sns:1216"),
    ],
)
def test_the_paraphrases_share_no_piece_of_a_word_with_their_answers(
    sample: Sample, question: str, answer: str
) -> None:
    post = sample.posts[answer]

    assert _pairs(question).isdisjoint(_pairs(f"{post.title or ''} {post.text}"))


@pytest.mark.parametrize(
    ("question", "answer", "asked_in_korean"),
    [
        ("sns:1015", "sns:1016", False),
        ("yammer:2004", "yammer:2005", False),
        ("sns:1408", "sns:1409", True),
    ],
)
def test_some_questions_are_answered_in_the_other_language(
    sample: Sample, question: str, answer: str, asked_in_korean: bool
) -> None:
    assert sample.posts[answer].parent == question
    assert _mostly_korean(sample.posts[question].text) is asked_in_korean
    assert _mostly_korean(sample.posts[answer].text) is not asked_in_korean


def test_the_dictionary_holds_only_words_that_the_company_uses() -> None:
    said = "".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.jsonl"))
    words = Dictionary.load(FOLDER / "dictionary.tsv").words

    assert len(words) >= 36
    assert [word.word for word in words if word.word not in said] == []
    assert [word.word for word in words if word.parts and "".join(word.parts) != word.word] == []
    # A system's name, and what people say of things that they gather: it reads better as the verb.
    assert "모아" not in {word.word for word in words}


def test_nothing_personal_or_from_the_open_internet_is_in_the_texts(sample: Sample) -> None:
    text = "\n".join(post.text for post in sample.posts.values())

    assert set(re.findall(r"https?://([^/\s]+)", text)) == {"intranet.example"}
    assert re.findall(r"01[016789]-?\d{3,4}-?\d{4}|\d{6}-\d{7}", text) == []


def _pairs(text: str) -> set[str]:
    """The two-syllable pieces of the Korean words."""
    return {word[at : at + 2] for word in re.findall("[가-힣]+", text) for at in range(len(word) - 1)}


def _mostly_korean(text: str) -> bool:
    return len(re.findall("[가-힣]", text)) > len(re.findall("[A-Za-z]", text))
