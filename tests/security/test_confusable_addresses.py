"""No address that a reader, or a host, takes for something else; real names are kept."""

import re
import string
import unicodedata
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.address import UnsafeSegmentError, collision_key, path_segment
from generator.model.lookalike import allowed_characters, skeleton, unicode_version
from generator.model.reserved import RESERVED, beacon_names, why_reserved
from tests.site import Site

DOCS = Path(__file__).parents[2] / "docs"
NAMES = (
    "José", "Zoë", "Łukasz", "Đorđe", "Müller", "Nguyễn", "Åse", "Øystein", "Ñandú", "İbrahim",
    "Yılmaz", "Ștefan", "Žižek", "Þór", "Hawaiʻi", "Иван", "Ольга", "Ђорђе", "Әлия",
    "Володимир", "Σοφία", "Ελένη", "Արմեն", "გიორგი", "שרה", "محمد", "فاطمة", "علی", "संजय",
    "अर्जुन", "হাসান", "தமிழ்", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "ਗੁਰਪ੍ਰੀਤ", "સંજય", "සමන්", "ไทย",
    "ລາວ", "မြန်မာ", "ខ្មែរ", "አበበ", "李雷", "王伟", "山田太郎", "ヨーコ", "さくら", "佐々木",
    "김철수", "Ольга-2", "ivan-李", "straße", "οδος", "node.js", "a_b", "a~b",
)  # fmt: skip
INVISIBLE = ("\ufe0f", "\u034f", "\u3164", "\u115f", "\u200d", "\u200b", "\u00ad", "\u2060")


@pytest.mark.parametrize("name", NAMES)
def test_real_names_pass(name: str) -> None:
    assert path_segment(name) == name
    assert path_segment(name.lower()) == unicodedata.normalize("NFC", name.lower())


@pytest.mark.parametrize("character", INVISIBLE, ids=ascii)
def test_what_cannot_be_seen_is_refused(character: str) -> None:
    with pytest.raises(UnsafeSegmentError):
        path_segment(f"a{character}da")


@pytest.mark.parametrize(
    "slug", ["ａｄａ", "adａ", "ada\u00b2", "\u1d43da", "𝐚𝐝𝐚", "ⓐda", "ﬁn", "Kelvin\u2070"]
)
def test_other_forms_of_letters_are_refused(slug: str) -> None:
    with pytest.raises(UnsafeSegmentError):
        path_segment(slug)


@pytest.mark.parametrize(
    "slug", ["\u0440aypal", "ad\u0430", "\u0410da", "\u03bfda", "李Иван", "aע"]
)
def test_scripts_that_are_not_written_together_are_refused(slug: str) -> None:
    with pytest.raises(UnsafeSegmentError, match="mixes letters of the scripts"):
        path_segment(slug)


@pytest.mark.parametrize(
    ("slug", "looks_like"),
    [("\u0430\u0440\u0435", "ape"), ("\u0455\u0441\u043e\u0440\u0435", "scope"),
     ("\u0420\u043e\u0441\u0430", "Poca"), ("\u0410\u041d\u041d\u0410-1", "AHHA-l"),
     ("\u03bf\u03c1\u03bf", "opo"), ("\u0430\u02bc\u0440", "a'p")],
)  # fmt: skip
def test_a_name_in_another_script_that_reads_as_plain_latin_is_refused(
    slug: str, looks_like: str
) -> None:
    with pytest.raises(UnsafeSegmentError, match=f"would take it for {looks_like!r}"):
        path_segment(slug)


def test_two_kinds_of_digits_are_refused() -> None:
    assert path_segment("संजय१२") == "संजय१२"
    with pytest.raises(UnsafeSegmentError, match="two kinds of digits"):
        path_segment("संजय१2")


@given(st.text(st.characters(codec="ascii"), max_size=20))
def test_plain_addresses_are_not_judged_by_their_looks(text: str) -> None:
    reason = ""
    try:
        path_segment(text)
    except UnsafeSegmentError as error:
        reason = str(error)
    assert re.match("$|it is empty|it has the character|it starts or ends with a dot", reason)


def test_unicodes_own_data_is_read() -> None:
    """Later versions of Unicode allow more; what this Python doesn't know yet is refused anyway."""
    assert unicode_version() == "16.0.0"
    for character in allowed_characters():
        if unicodedata.category(character) != "Cn":
            assert unicodedata.normalize("NFKC", character) == character, "its one form"
    assert skeleton("\u0440\u0430\u0443\u0440\u0430l") == skeleton("paypal")
    assert skeleton("yılmaz") == skeleton("yilmaz")
    plain = string.ascii_letters + string.digits + "-_.~"
    assert skeleton(f"{plain}é") == f"{skeleton(plain)}e\u0301", "what is plain is not looked up"
    assert skeleton("josé") != skeleton("jose")


def test_the_owner_is_told_and_stands_at_the_username(site: Site) -> None:
    site.person("\u0430\u0440\u0435", username="olga")
    site.build()
    assert site.has("olga")
    assert site.problems() == [
        "portfolios.slug: 'аре' can't be an address: a reader would take it for 'ape'"
    ]


def test_who_looks_like_somebody_gets_another_address(site: Site) -> None:
    first = site.person("yilmaz")
    site.build()
    site.person("yılmaz", username="other", created_at="2001-01-01Z")
    site.build()
    assert site.has("yilmaz")
    assert site.has("other")
    assert not site.has("yılmaz")
    assert site.problems() == [
        f"portfolios.slug: 'yılmaz' looks like 'yilmaz', the address of {first}"
    ]


# Names that are special to hosts.


@pytest.mark.parametrize(
    "slug",
    [
        "_worker.js", "_routes.json", "functions", "cdn-cgi", ".well-known", "ads.txt", "CNAME",
        "cname", "con", "CON", "aux", "nul", "NUL.txt", "com1", "lpt9.html", "_headers",
        "_redirects", "favicon.ico", "favicon.svg", "apple-touch-icon-120x120.png", "robots.txt",
        "security.txt", "humans.txt", "site.webmanifest", "sw.js", "service-worker.js", "index",
        "index.html", "404.html", "sitemap.xml", "sitemap-a1.xml", "privacy", "People", "about",
        "e",
    ],
)  # fmt: skip
def test_a_name_of_the_site_or_of_a_host_is_nobodys(slug: str) -> None:
    try:
        segment = path_segment(slug)
    except UnsafeSegmentError:
        return
    assert why_reserved(segment, {"about", "e"})


@pytest.mark.parametrize("slug", ["connie", "console", "auxilia", "e", "nullable", "com10", "ada"])
def test_a_name_that_only_begins_like_one_is_free(slug: str) -> None:
    assert why_reserved(slug, {"about"}) is None


@pytest.mark.parametrize(
    ("beacon", "site", "names"),
    [
        ("/e", "https://people.example", {"e"}),
        ("/E/v1", "https://people.example", {"e"}),
        ("https://people.example/e", "https://people.example", {"e"}),
        ("https://events.example/e", "https://people.example", set[str]()),
        ("/people/e", "https://x.example/people/", {"e"}),
        ("/e", "https://x.example/people", set[str]()),
        ("", "https://people.example", set[str]()),
    ],
)
def test_the_beacons_path_is_its_own(beacon: str, site: str, names: set[str]) -> None:
    assert beacon_names(beacon, site) == names


def test_who_stood_where_the_beacon_comes_is_moved_by_the_next_build(site: Site) -> None:
    site.person("e", username="eve")
    site.build()
    assert site.has("e")
    settings = msgspec.structs.replace(site.settings.site, beacon_url="/e")
    site.settings = msgspec.structs.replace(site.settings, site=settings)
    site.build()
    assert not site.has("e")
    assert site.has("eve")


def test_the_documented_list_is_the_one_that_holds() -> None:
    text = (DOCS / "publishing-your-portfolio.md").read_text("utf-8")
    rows = re.findall(r"^\| (`.*`) \| (.+) \|$", text.partition("### Reserved")[2], re.MULTILINE)
    documented = [(tuple(re.findall(r"`([^`]+)`", names)), reason) for names, reason in rows]
    assert documented == [(it.names, it.reason) for it in RESERVED]
    assert all(name == collision_key(name) for it in RESERVED for name in it.names)
