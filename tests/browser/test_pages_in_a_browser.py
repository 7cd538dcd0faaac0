"""What people do on the pages, done in a real browser."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from browser import open_browser, resize
from screenshots import PAGES
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

pytestmark = pytest.mark.browser

PATIENCE = 60
"""Seconds that anything here may take on a loaded machine; nothing measures time."""
ASKER, HELPER = "p:bae.yuri", "p:jung.soyeon"


def eventually(browser: webdriver.Chrome, holds: Callable[[webdriver.Chrome], object]) -> None:
    # Elements of the page before are gone in the middle of a look.
    passing = (NoSuchElementException, StaleElementReferenceException)
    WebDriverWait(browser, PATIENCE, poll_frequency=0.1, ignored_exceptions=passing).until(holds)


def one(browser: webdriver.Chrome, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def texts(browser: webdriver.Chrome, selector: str) -> list[str]:
    return [element.text for element in browser.find_elements(By.CSS_SELECTOR, selector)]


def search(browser: webdriver.Chrome, question: str) -> None:
    field = one(browser, "#q")
    field.clear()
    field.send_keys(question, Keys.ENTER)
    eventually(browser, lambda b: one(b, "#q").get_attribute("value") == question and texts(b, "#results"))


def look_as(browser: webdriver.Chrome, person: str) -> None:
    Select(one(browser, "#viewer")).select_by_value(person)
    one(browser, ".demo button").click()
    eventually(
        browser, lambda b: Select(one(b, "#viewer")).first_selected_option.get_attribute("value") == person
    )


def write(browser: webdriver.Chrome, demo: str, title: str, text: str) -> None:
    browser.get(f"{demo}/compose?channel=sns:ch-it&kind=question")
    one(browser, "#title").send_keys(title)
    one(browser, "#text").send_keys(text)
    one(browser, ".compose [type=submit]").click()
    eventually(browser, lambda b: texts(b, ".opening h1") == [title])


def test_a_question_finds_answers_with_marks_and_people(browser: webdriver.Chrome, demo: str) -> None:
    browser.get(demo)
    search(browser, "VPN이 5분마다 끊겨요")
    assert "재택 중 길목VPN" in texts(browser, ".hit h2")[0]
    assert "VPN" in texts(browser, ".hit mark")
    assert "채택된 답변" in one(browser, ".hit").text
    assert "김재민" in texts(browser, ".expert h3")
    one(browser, ".side .aside-link").click()
    eventually(browser, lambda b: "/who?" in b.current_url)
    assert texts(browser, ".experts h2")[0] == "김재민"
    one(browser, ".experts .evidence a").click()
    eventually(browser, lambda b: "/thread/" in b.current_url)


def test_the_first_hit_holds_its_answer_and_a_long_one_unfolds(browser: webdriver.Chrome, demo: str) -> None:
    browser.get(demo)
    search(browser, "VPN이 5분마다 끊겨요")
    assert "내선 7700" in one(browser, ".hit .solution .text").text
    search(browser, "운영 DB 백업·복구 절차서")
    end = "금고 열쇠를 찾는 일이었다"
    assert end not in one(browser, ".hit").text
    one(browser, ".hit .rest summary").click()
    assert end in one(browser, ".hit").text


def test_facets_narrow_and_are_taken_away(browser: webdriver.Chrome, demo: str) -> None:
    browser.get(f"{demo}/?q=VPN")
    facet = one(browser, ".facets li a[href*='kind=answer']")
    number = int(facet.find_element(By.TAG_NAME, "small").text)
    facet.click()
    eventually(browser, lambda b: texts(b, ".active .chip"))
    assert set(texts(browser, ".hit .place span:nth-child(2)")) == {"답변"}
    assert f"{number}건" in one(browser, "#results").text
    one(browser, ".active .chip").click()
    eventually(browser, lambda b: not texts(b, ".active .chip"))


def test_typing_is_completed_and_chosen_by_keyboard(browser: webdriver.Chrome, demo: str) -> None:
    browser.get(demo)
    field = one(browser, "#q")
    field.send_keys("vp")
    eventually(browser, lambda b: field.get_attribute("aria-expanded") == "true")
    field.send_keys(Keys.ARROW_DOWN)
    chosen = one(browser, "#suggestions [aria-selected=true]")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    value = chosen.get_attribute("data-value")
    field.send_keys(Keys.ESCAPE)
    assert field.get_attribute("aria-expanded") == "false"
    field.send_keys("n")
    eventually(browser, lambda b: field.get_attribute("aria-expanded") == "true")
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    eventually(browser, lambda b: texts(b, "#results"))
    assert one(browser, "#q").get_attribute("value") == value == "vpn"


def test_the_language_is_switched_and_stays(browser: webdriver.Chrome, demo: str) -> None:
    browser.get(f"{demo}/?q=VPN")
    one(browser, ".language").click()
    eventually(browser, lambda b: one(b, "html").get_attribute("lang") == "en")
    assert one(browser, "#results").text.startswith("Results")
    browser.get(demo)
    assert one(browser, "html").get_attribute("lang") == "en"
    assert "Solved lately" in texts(browser, "h2")


def test_a_browser_that_asks_for_english_gets_it(demo: str) -> None:
    with open_browser(language="en-US") as browser:
        browser.get(demo)
        assert one(browser, "html").get_attribute("lang") == "en"


def test_what_is_written_is_found_answered_and_accepted(browser: webdriver.Chrome, demo: str) -> None:
    word = f"방수{uuid4().hex[:6]}"
    title = f"{word} 케이스는 어디서 받나요"
    browser.get(demo)
    look_as(browser, ASKER)
    write(browser, demo, title, "창고 출고 때 쓰는 것입니다.")
    address = browser.current_url

    def found(b: webdriver.Chrome) -> bool:
        search(b, word)
        return title in texts(b, ".hit h2")

    eventually(browser, found)
    look_as(browser, HELPER)
    browser.get(address)
    one(browser, ".answering textarea").send_keys("비품실에 있습니다.")
    one(browser, ".answering [type=submit]").click()
    eventually(browser, lambda b: "비품실에 있습니다." in texts(b, ".post .text"))
    assert not browser.find_elements(By.CSS_SELECTOR, ".accept")
    look_as(browser, ASKER)
    browser.get(address)
    one(browser, ".accept").click()
    eventually(browser, lambda b: texts(b, ".ribbon") == ["채택된 답변"])
    browser.get(demo)
    assert title in texts(browser, "[aria-labelledby=solved] h3")


def test_a_reply_stands_below_what_it_answers(browser: webdriver.Chrome, demo: str) -> None:
    title = f"우산 {uuid4().hex[:6]}"
    write(browser, demo, title, "빌릴 수 있나요?")
    one(browser, ".answering textarea").send_keys("네")
    one(browser, ".answering [type=submit]").click()
    eventually(browser, lambda b: texts(b, ".post.depth-1 .text") == ["네"])
    one(browser, ".depth-1 summary").click()
    area = one(browser, ".depth-1 textarea")
    area.send_keys("고맙습니다", Keys.CONTROL, Keys.ENTER)
    eventually(browser, lambda b: texts(b, ".post.depth-2 .text") == ["고맙습니다"])


def test_reactions_are_given_and_taken_back_in_place(browser: webdriver.Chrome, demo: str) -> None:
    write(browser, demo, f"화분 {uuid4().hex[:6]}", "물은 누가 주나요?")
    browser.execute_script("window.here = true")
    button = ".opening .reaction[title='고마워요']"
    one(browser, button).click()
    eventually(browser, lambda b: one(b, button).get_attribute("aria-pressed") == "true")
    assert one(browser, f"{button} .number").text == "1"
    one(browser, button).click()
    eventually(browser, lambda b: one(b, button).get_attribute("aria-pressed") == "false")
    assert browser.execute_script("return window.here")


def test_a_person_is_followed(browser: webdriver.Chrome, demo: str) -> None:
    browser.get(f"{demo}/person/p:seo.miran")
    before = one(browser, ".follow button").text
    one(browser, ".follow button").click()
    eventually(browser, lambda b: one(b, ".follow button").text != before)
    after = one(browser, ".follow button").text
    browser.refresh()
    assert one(browser, ".follow button").text == after
    assert {before, after} == {"팔로우", "팔로우 중"}


def test_threads_that_may_answer_appear_while_a_question_is_written(
    browser: webdriver.Chrome, demo: str
) -> None:
    browser.get(f"{demo}/compose")
    one(browser, "#title").send_keys("길목VPN이 자꾸 끊깁니다")
    eventually(browser, lambda b: any("GM-4012" in text for text in texts(b, "#similar a")))


def test_everything_works_without_scripts(browser: webdriver.Chrome, demo: str) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    title = f"복도 조명 {uuid4().hex[:6]}"
    browser.get(f"{demo}/compose?channel=sns:ch-it")
    one(browser, "#title").send_keys(title)
    one(browser, "#text").send_keys("언제 고치나요?")
    one(browser, ".compose [type=submit]").click()
    eventually(browser, lambda b: texts(b, ".opening h1") == [title])
    like = ".opening .reaction[title='좋아요']"
    one(browser, like).click()
    eventually(browser, lambda b: one(b, like).get_attribute("aria-pressed") == "true")
    one(browser, "#q").send_keys("VPN", Keys.ENTER)
    eventually(browser, lambda b: texts(b, ".hit h2"))


WIDTHS = {"desk": 1280, "phone": 390}


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_page_scrolls_sideways_or_complains(
    browser: webdriver.Chrome, demo: str, width: int, language: str
) -> None:
    resize(browser, width)
    browser.get(f"{demo}/?lang={language}")
    for name, path in PAGES.items():
        if name == "error":  # a browser notes every 404
            continue
        browser.get(demo + path)
        assert one(browser, "html").get_attribute("lang") == language
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width, path
        assert not re.search(r"\{\w+\}", one(browser, "body").text), path


# The contrast of every text with what lies behind it, as WCAG 2 reckons it; gradients are left out.
CONTRASTS = """
const channel = (value) => { value /= 255; return value <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4; };
const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const ground = (element) => {
  for (; element; element = element.parentElement) {
    const style = getComputedStyle(element), colour = parse(style.backgroundColor);
    if (style.backgroundImage.includes("gradient") && !element.matches("select")) return null;
    if (colour.length === 3 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
return [...document.querySelectorAll("body *")].filter((element) =>
  element.checkVisibility() && !element.closest(".hidden, .skip, .icon, .reaction, option") &&
  [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
).flatMap((element) => {
  const behind = ground(element);
  if (!behind) return [];
  const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind)];
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  return ratio < 4.5 ? [`${element.className || element.tagName}: ${ratio.toFixed(2)} "${element.textContent.trim().slice(0, 30)}"`] : [];
});
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(demo: str, dark: bool) -> None:
    with open_browser(dark=dark) as browser:
        resize(browser, 1280)
        for path in PAGES.values():
            browser.get(demo + path)
            assert browser.execute_script(CONTRASTS) == [], path
        ground = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", ground))) < 200) == dark


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser: webdriver.Chrome, demo: str) -> None:
    browser.get(f"{demo}/?q=VPN")
    browser.switch_to.active_element.send_keys(Keys.TAB)
    skip = browser.switch_to.active_element
    assert skip.get_attribute("class") == "skip"
    skip.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "main"
    reached = []
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        focused = browser.switch_to.active_element
        outline = (
            focused.value_of_css_property("outline-style"),
            focused.value_of_css_property("outline-width"),
        )
        assert outline[0] != "none", focused.get_attribute("outerHTML")
        assert float(outline[1].removesuffix("px")) >= 2
        reached.append(focused.get_attribute("href") or "")
    assert any("/thread/" in link for link in reached)
    assert any("/person/" in link for link in reached)


def test_a_token_signs_in_is_hidden_from_scripts_and_signs_out(
    browser: webdriver.Chrome, guarded: tuple[str, str]
) -> None:
    address, token = guarded
    browser.get(f"{address}/login")
    one(browser, "#token").send_keys("dure_wrong", Keys.ENTER)
    eventually(browser, lambda b: texts(b, "[role=alert]"))
    # The answer to a wrong token is 401, which the browser notes.
    noted = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert len(noted) == 1
    assert "401" in noted[0]
    one(browser, "#token").send_keys(token, Keys.ENTER)
    eventually(browser, lambda b: b.find_elements(By.CSS_SELECTOR, ".me"))
    assert token not in browser.execute_script("return document.cookie")
    [cookie] = [cookie for cookie in browser.get_cookies() if cookie["name"] == "dure_session"]
    assert token not in cookie["value"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    # A link in a mail: a page of another site that leads here.
    browser.get(f"data:text/html,<a id=mail href='{address}/compose'>link</a>")
    one(browser, "#mail").click()
    eventually(browser, lambda b: b.find_elements(By.CSS_SELECTOR, ".me"))
    browser.get(f"{address}/compose?channel=sns:town")
    one(browser, "#text").send_keys("첫 글입니다")
    one(browser, ".compose [type=submit]").click()
    eventually(browser, lambda b: texts(b, ".opening .text") == ["첫 글입니다"])
    assert "김하늘" in texts(browser, ".opening .author")
    one(browser, ".menu form button").click()
    eventually(browser, lambda b: b.find_elements(By.CSS_SELECTOR, "#token"))
    assert browser.get_cookies() == []
