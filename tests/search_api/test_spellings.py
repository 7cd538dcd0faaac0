"""However it is written, it is found and marked: signs, capitals, codes, amounts, names, emoji, compounds."""

import pytest
from search_examples import Group, post

from search_api.search.hits import SearchHit

MIDDLE_DOTS = "ㆍᆞ·‧・･•ᆢㅡㅣー―—–‐−|/"
ACRONYMS = ["IT", "US", "AS", "OR", "AM", "ON", "IS", "DO", "AT", "BY", "SO", "WE", "IF", "ME"]

CHATTER = (
    "점심 메뉴를 골라 주세요",
    "마케팅 예산 신청은 이번 주까지입니다",
    "총무 예산 신청 결과를 알려 드립니다",
    "인사 예산 신청서 양식을 바꿨습니다",
    "The department moved to the 4th floor as it was on its own, and so do we at the office by or if",
    "출근길에 우산 꼭 챙기세요",
)


def first(group: Group, said: str, question: str) -> SearchHit:
    """The first hit of a question, among chatter, where one post says something."""
    group.publish(post("said", said), *(post(f"c{at}", text) for at, text in enumerate(CHATTER)))
    return group.search(question).hits[0]


def marked(hit: SearchHit) -> list[str]:
    return [hit.snippet.text[start:end] for start, end in hit.snippet.highlights]


@pytest.mark.parametrize("sign", MIDDLE_DOTS)
def test_what_stands_behind_any_dot_or_dash_is_found(group: Group, sign: str) -> None:
    hit = first(group, f"승인{sign}반려{sign}보류 기준", "반려 보류")

    assert hit.post.id == "sns:said"
    assert marked(hit) == ["반려", "보류"]


@pytest.mark.parametrize("acronym", ACRONYMS)
def test_an_abbreviation_is_no_function_word(group: Group, acronym: str) -> None:
    hit = first(group, f"{acronym} 예산은 2분기에 집행합니다", f"{acronym} 예산 신청")

    assert hit.post.id == "sns:said"
    assert marked(hit)[0] == acronym


@pytest.mark.parametrize(
    ("said", "question", "marks"),
    [
        (
            "로그인은 unlockWithBiometrics() 를 부르면 됩니다",
            "unlock with biometrics",
            "unlockWithBiometrics",
        ),
        ("쿠버네티스 CrashLoopBackOff 가 떠요", "crash loop back off", "CrashLoopBackOff"),
        ("TypeScript 5.4로 올렸습니다", "type script", "TypeScript"),
        ("TypeScript 5.4로 올렸습니다", "typescript", "TypeScript"),
        ("typescript 5.4로 올렸습니다", "TypeScript", "typescript"),
        ("typescript 5.4로 올렸습니다", "type script", "typescript"),
        ("배치는 MAX_RETRY_COUNT 값을 두세요", "maxRetryCount", "MAX_RETRY_COUNT"),
        ("사내 Wi-Fi 비밀번호가 바뀌었습니다", "wifi", "Wi-Fi"),
        ("사내 wifi 비밀번호가 바뀌었습니다", "Wi-Fi", "wifi"),
        ("사내 WiFi 비밀번호가 바뀌었습니다", "wi-fi", "WiFi"),
        ("Node.js 를 같이 씁니다", "nodejs", "Node.js"),
        ("nodejs 를 같이 씁니다", "Node.js", "nodejs"),
        ("vuejs 를 같이 씁니다", "Vue.js", "vuejs"),
        ("릴리스 v3.1.2 배포 완료", "3.1.2", "v3.1.2"),
        ("릴리스 3.1.2 배포 완료", "v3.1.2", "3.1.2"),
        ("S/W 라이선스 갱신", "SW", "S/W"),
        ("SW 라이선스 갱신", "S/W", "SW"),
        ("A/S 접수는 내선으로", "AS 접수", "A/S"),
        ("Q&A 게시판을 열었습니다", "QnA", "Q&A"),
        ("브이피엔이 자꾸 끊깁니다", "VPN", "브이피엔"),
        ("VPN이 자꾸 끊깁니다", "브이피엔", "VPN"),
        ("에이에스 접수는 내선으로", "AS 접수", "에이에스"),
        ("A/S 접수는 내선으로", "에이에스 접수", "A/S"),
        ("노후 피씨 교체 신청", "PC 교체", "피씨"),
        ("엘티이 라우터 반납", "LTE 라우터", "엘티이"),
        ("릴리스 v1.2.3 배포 완료했습니다", "버전 1.2.3", "v1.2.3"),
        ("API키 발급은 보안팀으로", "api 키", "API키"),
        ("第二工場 증설 계획", "제2공장", "二工場"),
        ("제2공장 증설 계획", "第二工場", "2공장"),
        ("人事部에서 알려 드립니다", "인사부", "人事部"),
        ("年末精算 안내", "연말정산", "年末精算"),
        ("매일 안전 점검표를 쓰세요", "안전점검표", "안전점검표"),
        ("안전점검표를 쓰세요", "안전 점검표", "안전점검표"),
        ("외주 작업 지시서 결재", "작업지시서", "작업지시서"),
        ("불량보고서는 금요일까지", "불량 보고서", "불량보고서"),
        ("Ⅳ장 결론을 보완해 주세요", "4장 결론", "Ⅳ"),
        ("4장의 결론이 약합니다", "제Ⅳ장 결론", "4"),
        ("Phase Ⅲ 일정 확정", "phase 3", "Phase"),
        ("최과장님이 말씀하신 건은 보류", "최 과장", "최과장"),
        ("무게 5㎏ 이하만 됩니다", "5kg", "5㎏"),
        ("①번 양식을 쓰세요", "1번 양식", "①"),
        ("Ⅳ장 결론을 보완해 주세요", "IV장 결론", "Ⅳ"),
        ("㈜두레 계약서입니다", "(주)두레", "두레"),
        ("보증금은 1천만원입니다", "10,000,000원", "1천만"),
        ("보증금은 1,000만원입니다", "1천만원", "1,000만"),
        ("보증금은 10,000,000원입니다", "1천만 원", "10,000,000"),
        ("보증금은 2만5천원입니다", "25,000원", "2만5천"),
        ("@도은채님께 결재선을 넘겼습니다", "도은채", "도은채"),
        ("도은채님께 결재선을 넘겼습니다", "도은채님", "도은채"),
        ("김대리님이 말씀하신 건은 보류", "김대리", "김대리"),
    ],
)
def test_another_spelling_is_found_and_marked(group: Group, said: str, question: str, marks: str) -> None:
    hit = first(group, said, question)

    assert hit.post.id == "sns:said"
    assert marks in "".join(marked(hit))


@pytest.mark.parametrize("question", ["버전 1.2.3", "1.2.3 버전", "version 1.2.3", "v1.2.3", "ver. 1.2.3"])
@pytest.mark.parametrize("said", ["릴리스 v1.2.3 배포 완료했습니다", "이번 것은 1.2.3 버전입니다"])
def test_a_version_leads_before_its_figures_in_another_order(group: Group, said: str, question: str) -> None:
    others = [
        "버전 1.3.2 배포",
        "3.2.1 버전 설치",
        "버전 관리",
        "1월 2일 3시 버전 회의",
        "version 2.1.3",
        "v1.2.30",
    ]
    group.publish(*(post(f"v{at}", other) for at, other in enumerate(others)))

    assert first(group, said, question).post.id == "sns:said"


def test_a_number_leads_before_what_only_has_its_figures(group: Group) -> None:
    others = ["1500번 문서를 보세요", "15,000명이 봤습니다", "500명 규모", "1,050명", "예산 1500만원"]
    group.publish(*(post(f"n{at}", other) for at, other in enumerate(others)))

    assert first(group, "참석자는 천오백명입니다", "1,500명").post.id == "sns:said"


@pytest.mark.parametrize("emoji", "🎉👍❤🚀✅☕")
def test_an_emoji_alone_finds_the_posts_with_it(group: Group, emoji: str) -> None:
    page_of = f"축하드립니다 {emoji}{emoji}"
    hit = first(group, page_of, emoji)
    assert hit.post.id == "sns:said"
    assert "".join(marked(hit)) == emoji * 2
    assert group.search(emoji).posts == 1


def test_an_emoji_is_marked_with_what_belongs_to_it(group: Group) -> None:
    assert "".join(marked(first(group, "고맙습니다 👍🏽 ❤️", "👍 ❤"))) == "👍🏽❤️"


JOINED = {
    "만료 전에 API 키를 바꾸세요": (
        "apikey 만료",
        "API-Key 만료",
        "API키 만료",
        "apiKey 만료",
        "api keys 만료",
    ),
    "결제 연동은 apikey 로 인증합니다": ("API 키 인증", "api-key 인증", "API키 인증"),
    "재무 서버는 온프레미스에 둡니다": (
        "onpremise 서버",
        "on premise 서버",
        "on-premises 서버",
        "온 프레미스 서버",
    ),
    "git hub 저장소를 옮겼습니다": ("github 저장소", "깃허브 저장소", "깃 허브 저장소"),
    "데이터 베이스 복구 순서": ("database 복구", "데이터베이스 복구", "data base 복구"),
    "파이어월이 포트를 막았습니다": ("firewall 포트", "fire wall 포트", "파이어 월 포트"),
    "부품 lead time 이 길어집니다": ("리드타임", "리드 타임", "leadtime"),
    "퇴사자 체크리스트": ("check list", "체크 리스트", "checklist"),
}


def test_a_word_that_is_one_or_two_is_found_either_way_and_marked(group: Group) -> None:
    parts = [
        "API 호출 한도",
        "키 큰 사람",
        "온 가족이 프레미엄석에",
        "데이터 요금",
        "베이스 기타",
        "타임 세일",
    ]
    group.publish(*(post(f"j{at}", text) for at, text in enumerate((*JOINED, *parts))))
    for said, questions in JOINED.items():
        for question in questions:
            hit = group.search(question).hits[0]
            assert (question, hit.post.text) == (question, said)
            assert marked(hit)


MEASURES = {
    "창고 기온이 35℃를 넘었습니다": ("35도", "35°C", "35 도", "35 도가"),
    "사무실은 26도로 맞춥니다": ("26℃", "26°c"),
    "지게차는 1.5톤까지 듭니다": ("1.5t", "1.5 t"),
    "트럭은 2.5t 이하만 됩니다": ("2.5톤", "2.5 톤"),
    "공장까지 10킬로미터 남았습니다": ("10km", "10 km", "10킬로", "10 킬로"),
    "상자는 25kg입니다": ("25킬로그램", "25 kg", "25킬로"),
    "케이블 30m 주문": ("30미터", "30 m"),
    "할인율은 15퍼센트": ("15%", "15프로", "15 프로"),
    "램은 16기가": ("16GB", "16기가바이트"),
    "폐수 1,200리터 처리": ("1200L", "1,200 l"),
}


def test_a_measure_is_found_by_name_and_by_sign_of_its_unit(group: Group) -> None:
    parts = [
        "35명이 도로 왔고 26명은 못 왔습니다",
        "1.5 버전 도구",
        "30쪽 미터기",
        "15층 프로젝트실 10번",
    ]
    group.publish(*(post(f"u{at}", text) for at, text in enumerate((*MEASURES, *parts))))
    firsts = {asked: group.search(asked).hits[0].post.text for all_ in MEASURES.values() for asked in all_}
    assert firsts == {asked: said for said, all_ in MEASURES.items() for asked in all_}


@pytest.mark.parametrize("group_of", ["group", "bilingual_group"])
@pytest.mark.parametrize(
    ("said", "questions", "others"),
    [
        (
            "지난주에 들인 지게차는 규격서에 따르면 한 번에 최대 1.5톤까지 들 수 있으니 참고해 주세요",
            ("1.5t", "1.5 t", "1.5톤", "1.5 톤"),
            ("1.5 버전", "1.5 버전 도구", "1월 5일 t 회의", "15톤 트럭", "1톤 트럭 5톤 트럭"),
        ),
        (
            "작업장 온도가 낮 기준으로 35℃를 넘으면 한 시간마다 십오 분씩 쉬라는 지침이 내려왔습니다",
            ("35도", "35 도", "35°C"),
            ("35 버전", "도면 35 장", "35명이 왔습니다", "35 도면"),
        ),
        (
            "불량은 지난 분기보다 조금 줄어서 이번 달에는 전 품목에서 12.5퍼센트로 집계되었습니다",
            ("12.5%", "12.5 프로", "12.5프로"),
            ("12.5 릴리스", "프로 12.5", "12월 5일 프로젝트"),
        ),
    ],
)
def test_a_measure_leads_before_its_number(
    request: pytest.FixtureRequest, group_of: str, said: str, questions: list[str], others: list[str]
) -> None:
    group: Group = request.getfixturevalue(group_of)
    group.publish(*(post(f"n{at}", other) for at, other in enumerate(others)), post("said", said))

    assert {asked: group.found(asked)[0] for asked in questions} == dict.fromkeys(questions, "sns:said")


@pytest.mark.parametrize(
    ("compound", "part", "parts"),
    [
        ("발자국", "자국이 남았어요", "발에 자국이 남았어요"),
        ("지게차", "차를 세웠어요", "지게와 차를 세웠어요"),
        ("노트북", "노트에 적었어요", "노트와 북을 샀어요"),
        ("ERR-1042", "방 번호 1042", "err 1042 떠요"),
    ],
)
def test_a_compound_is_said_by_all_its_parts_and_never_by_one(
    group: Group, compound: str, part: str, parts: str
) -> None:
    group.publish(post("whole", f"{compound} 이야기"), post("part", part), post("parts", parts))
    page = group.search(compound)

    assert [hit.post.id for hit in page.hits][:2] == ["sns:whole", "sns:parts"]
    assert not any(marked(hit) for hit in page.hits if hit.post.id == "sns:part")


def test_words_in_a_row_are_each_said_by_themselves(group: Group) -> None:
    group.publish(post("a", "환불은 7일 안에"), post("b", "환불 정책 안내"), post("c", "점심"))

    assert group.found("환불정책")[:2] == ["sns:b", "sns:a"]


@pytest.mark.parametrize("compound", ["손님", "노트북", "날짜"])
def test_a_word_that_means_more_than_its_parts_is_not_translated_by_them(
    bilingual_group: Group, compound: str
) -> None:
    bilingual_group.publish(
        post("parts", "wash your hand, flew by the wing, a drum and a note of the day before"),
        post("whole", f"{compound} 관련 문의입니다"),
    )
    hits = bilingual_group.search(compound).hits

    assert [marked(hit) for hit in hits if hit.post.id == "sns:whole"] == [[compound]]
    assert not any(marked(hit) for hit in hits if hit.post.id == "sns:parts")


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("API key를 .env에 두지 마세요", "api 키"),
        ("API 키는 금고에 있습니다", "api key"),
        ("e-mail 서명을 통일합니다", "이메일 서명"),
        ("server 재시작했습니다", "서버 재시작"),
    ],
)
def test_a_loanword_is_one_word_in_both_scripts(bilingual_group: Group, said: str, question: str) -> None:
    others = [
        "단축 키 모음",
        "API 호출 한도",
        "API 명세서",
        "서명 양식",
        "재시작 일정",
        "메일함 용량",
        "key 보관함",
    ]
    bilingual_group.publish(*(post(f"k{at}", other) for at, other in enumerate(others)))

    assert first(bilingual_group, said, question).post.id == "sns:said"
