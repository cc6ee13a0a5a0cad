"""Who is counted as a person."""

import tracemalloc

import crawleruseragents
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.beacon.bots import is_bot

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko)"
)
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
WEBVIEW = (
    "Mozilla/5.0 (Linux; Android 15; CPH2665 Build/AP3A.240617.008; wv) AppleWebKit/537.36"
    " (KHTML, like Gecko) Version/4.0 Chrome/150.0.7871.46 Mobile Safari/537.36"
)
BROWSERS = {
    "Chrome": f"{WINDOWS} Chrome/150.0.0.0 Safari/537.36",
    "Chrome, Android": f"{ANDROID} Chrome/150.0.0.0 Mobile Safari/537.36",
    "Chrome, iPhone": f"{IPHONE} CriOS/150.0.7871.50 Mobile/15E148 Safari/604.1",
    "Edge": f"{WINDOWS} Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0",
    "Opera": f"{WINDOWS} Chrome/148.0.0.0 Safari/537.36 OPR/132.0.0.0",
    "Vivaldi": f"{WINDOWS} Chrome/150.0.0.0 Safari/537.36 Vivaldi/8.0.4033.22",
    "Yandex": f"{WINDOWS} Chrome/144.0.0.0 YaBrowser/26.4.0.0 Safari/537.36",
    "Whale": f"{WINDOWS} Chrome/144.0.0.0 Whale/4.35.351.12 Safari/537.36",
    "Safari, iPhone": f"{IPHONE} Version/26.1 Mobile/15E148 Safari/604.1",
    "Safari, Mac": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
    "DuckDuckGo": f"{IPHONE} Version/26.1 Mobile/15E148 DuckDuckGo/26 Safari/605.1.15",
    "Firefox": "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
    "Firefox, Android": "Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0",
    "Samsung": f"{ANDROID} SamsungBrowser/30.0 Chrome/140.0.0.0 Mobile Safari/537.36",
    "Silk": f"{ANDROID} Silk/140.2.1 like Chrome/140.0.0.0 Safari/537.36",
    "UC": f"{ANDROID} Version/4.0 Chrome/123.0.6312.80 UCBrowser/15.0.0.1300 Mobile Safari/537.36",
    "ChromeOS": "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36"
    " (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
    "Instagram": f"{IPHONE} Mobile/22H20 Instagram 410.0.0.20.70 (iPhone16,1; iOS 18_7; en_US; en)",
    "Instagram, Android": f"{WEBVIEW} Instagram 406.0.0.58.159 Android (35/15; 480dpi; 1080x2400)",
    "Facebook": f"{IPHONE} Mobile/22H20 [FBAN/FBIOS;FBAV/540.0.0.40.70;FBDV/iPhone16,1;FBSN/iOS]",
    "Facebook, Android": f"{WEBVIEW} [FB_IAB/FB4A;FBAV/540.0.0.50.70;IABMV/1;]",
    "LinkedIn": f"{IPHONE} Mobile/15E148 [LinkedInApp]/9.31.2",
    "TikTok": f"{IPHONE} Mobile/15E148 musical_ly_2026.0.0 BytedanceWebview/d8a21c6",
    "Snapchat": f"{IPHONE} Mobile/22H20 Snapchat/13.60.0.40 (like Safari/8620.1, panda)",
    "Pinterest": f"{IPHONE} Mobile/15E148 [Pinterest/iOS]",
    "WeChat": f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.66(0x18004234) NetType/WIFI",
    "Line": f"{IPHONE} Mobile/15E148 Safari Line/15.18.0",
    "Google": f"{IPHONE} GSA/390.0.816155926 Mobile/15E148 Safari/604.1",
    "Slack": f"{WINDOWS} Slack/4.46.101 Chrome/140.0.0.0 Electron/38.1.2 Safari/537.36",
    "Lynx": "Lynx/2.9.2 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.8.4",
}
PROGRAMS = {
    "Google": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "OpenAI": "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)",
    "Claude": "Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "headless Chrome": f"{WINDOWS} HeadlessChrome/150.0.0.0 Safari/537.36",
    "PhantomJS": "Mozilla/5.0 (Unknown; Linux x86_64) PhantomJS/2.1.1 Safari/538.1",
    "Lighthouse": f"{ANDROID} Chrome/150.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse",
    "Playwright": "Playwright/1.65 (x64; debian 12) node/22",
    "curl": "curl/8.16.0",
    "Wget": "Wget/1.24",
    "requests": "python-requests/2.32",
    "Go": "Go-http-client/2.0",
    "link preview": "facebookexternalhit/1.1",
}
LISTED = [
    instance
    for crawler in crawleruseragents.CRAWLER_USER_AGENTS_DATA
    for instance in crawler["instances"]
]
WORDS = [
    word
    for crawler in crawleruseragents.CRAWLER_USER_AGENTS_DATA
    for word in (crawler["pattern"], crawler["pattern"].replace("\\", ""))
    if "AP3A" not in word
]


@pytest.mark.parametrize("agent", BROWSERS.values(), ids=BROWSERS.keys())
def test_a_browser_is_a_person(agent: str) -> None:
    assert not is_bot(agent.encode())


@pytest.mark.parametrize("agent", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_program_is_a_bot(agent: str) -> None:
    assert is_bot(agent.encode())


@pytest.mark.parametrize("agent", [b"", b" ", b"\t"])
def test_who_says_nothing_is_a_bot(agent: bytes) -> None:
    assert is_bot(agent)


def test_every_example_of_the_list_is_a_bot_but_a_phone() -> None:
    taken_for_people = [agent for agent in LISTED if not is_bot(agent.encode())]
    assert len(LISTED) > 2000
    assert all("Build/AP3A.240617.008" in agent for agent in taken_for_people)


def test_the_list_still_takes_a_phone_for_a_bot() -> None:
    """Once it doesn't, our exception can go."""
    assert crawleruseragents.is_crawler(WEBVIEW)


def test_it_knows_every_word_of_the_list() -> None:
    for word in WORDS:
        for agent in (word, f"Mozilla/5.0 ({word}", f"{word}) Safari/537.36"):
            assert is_bot(agent.encode()) == crawleruseragents.is_crawler(agent), agent


@given(
    st.lists(
        st.one_of(
            st.sampled_from(WORDS),
            st.sampled_from(WORDS).flatmap(
                lambda word: st.integers(1, len(word)).map(lambda end: word[:end])
            ),
            st.text(st.characters(max_codepoint=127), max_size=8),
        ),
        max_size=6,
    ).map("".join)
)
def test_it_says_what_the_list_says(agent: str) -> None:
    agent = agent[:256]
    expected = not agent.encode().strip() or crawleruseragents.is_crawler(agent)
    assert is_bot(agent.encode()) == expected


@given(st.binary(max_size=400))
def test_no_bytes_are_too_odd(agent: bytes) -> None:
    assert is_bot(agent) in (True, False)


def test_patterns_see_256_bytes() -> None:
    assert is_bot(b"x" * 246 + b"Googlebot/")
    assert not is_bot(b"x" * 247 + b"Googlebot/")


def test_memory_does_not_grow_with_agents() -> None:
    tracemalloc.start()
    try:
        for number in range(14_000):
            is_bot(b"Googlebot/%d " % number + b"x" * 4000)  # which is soon found
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown < 5_000_000
