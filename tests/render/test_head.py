"""What a person's page says of itself to browsers, previews and search engines."""

import msgspec
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from generator.config import SiteSettings
from generator.model.content import ContentPage
from generator.render.head import shorten, structured_data
from generator.render.markdown import plain
from generator.render.renderer import Renderer
from generator.render.site import make_site
from generator.source.rows import (
    CertificationRow,
    EducationRow,
    ExperienceRow,
    ProjectRow,
    SkillRow,
)
from generator.theme.find import load_themes
from tests.present import present
from tests.site import ROOT
from tests.source.documents import read, row

SITE = make_site(SiteSettings(title="People", url="https://people.example"))
RENDERER = Renderer(load_themes([ROOT / "themes"], required="emerald"), SITE, "emerald")


def head(**columns: object) -> BeautifulSoup:
    portfolio, _ = read(**columns)
    return BeautifulSoup(RENDERER.portfolio(portfolio, "ada").body, "html.parser")


def meta(soup: BeautifulSoup, name: str) -> str:
    element = soup.find("meta", {"property": name}) or soup.find("meta", {"name": name})
    assert element is not None, name
    return str(element["content"])


def linked_data(soup: BeautifulSoup) -> dict[str, object]:
    script = soup.find("script", {"type": "application/ld+json"})
    assert script is not None
    data = msgspec.json.decode(str(script.string))
    assert isinstance(data, dict)
    return data


def test_title_and_description_come_from_the_row() -> None:
    soup = head(bio="I **compute** with [engines](https://x.example).\nAlways.")
    assert present(soup.find("title")).get_text() == "Ada – Engineer"
    assert meta(soup, "description") == "I compute with engines. Always."


def test_the_owners_seo_settings_go_first() -> None:
    soup = head(settings={"seoTitle": "Hire Ada", "seoDescription": "She computes."}, bio="x")
    assert present(soup.find("title")).get_text() == "Hire Ada"
    assert meta(soup, "description") == meta(soup, "og:description") == "She computes."


def test_the_preview_has_what_it_needs() -> None:
    soup = head(profile_photo_url="x.example/a.png")
    assert meta(soup, "og:title") == "Ada – Engineer"
    assert meta(soup, "og:type") == "profile"
    assert meta(soup, "og:url") == "https://people.example/ada/"
    assert meta(soup, "og:image") == "https://x.example/a.png"
    assert meta(soup, "og:site_name") == "People"
    assert present(soup.find("link", {"rel": "canonical"}))["href"] == "https://people.example/ada/"


def test_structured_data_is_a_profile_page_of_a_person() -> None:
    data = linked_data(
        head(
            location="London",
            social_links=[{"type": "github", "url": "github.com/ada"}],
            website="ada.example",
            profile_photo_url="x.example/a.png",
            experience=[row(ExperienceRow, company="Now", current=True), row(ExperienceRow)],
            education=[row(EducationRow)],
            skills=[row(SkillRow)],
        )
    )
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "ProfilePage"
    assert data["dateCreated"] == "2024-01-01"
    assert data["dateModified"] == "2024-02-01"
    person = data["mainEntity"]
    assert isinstance(person, dict)
    assert person["@type"] == "Person"
    assert person["name"] == "Ada"
    assert person["jobTitle"] == "Engineer"
    assert person["image"] == "https://x.example/a.png"
    assert person["sameAs"] == ["https://github.com/ada", "https://ada.example"]
    assert [job["name"] for job in person["worksFor"]] == ["Now"]
    assert person["knowsAbout"] == ["Rust"]


def test_structured_data_never_carries_the_email_address() -> None:
    assert "@example" not in str(linked_data(head(email="ada@example.org")))


def test_structured_data_cannot_end_its_script() -> None:
    soup = head(name="</script><script>alert(1)</script>&<!--")
    assert len(soup.find_all("script")) == 1
    person = linked_data(soup)["mainEntity"]
    assert isinstance(person, dict)
    assert person["name"] == "</script><script>alert(1)</script>&<!--"


@given(st.text() | st.text('<>&\u2028\u2029\\u"/é', min_size=1))
def test_structured_data_says_what_the_row_says_and_fits_a_script(name: str) -> None:
    portfolio, _ = read(location=f"x{name}x")
    data = structured_data(portfolio, "https://people.example/ada/", "d", portfolio.photo)
    assert not set(data) & set("<>&\u2028\u2029")
    place = msgspec.json.decode(data.encode())["mainEntity"]["homeLocation"]
    assert place == {"@type": "Place", "name": portfolio.location}


@pytest.mark.parametrize("length", [10, 159, 160, 161, 500])
def test_a_description_is_cut_between_words(length: int) -> None:
    text = ("word " * 200)[:length].strip()
    cut = shorten(text)
    assert len(cut) <= 160
    assert cut == text or (cut.endswith("word…") and text.startswith(cut[:-1]))


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        (
            "# I *am*\n\n- `one`\n- ![two](https://x.example)\n> three\nfour",
            "I am one two three four",
        ),
        ("I write C# and F# and use node_modules", "I write C# and F# and use node_modules"),
        ("I write **C#**, use node_modules", "I write C#, use node_modules"),
        ("~/.profile, a > b, 5 * 3 & 2", "~/.profile, a > b, 5 * 3 & 2"),
        ("[see](https://x.example/(a)) [not](javascript:a)", "see [not](javascript:a)"),
        ("1. one\n2. two", "one two"),
        ("one\n\ntwo\n---\nthree", "one two three"),
        ("\\*not emphasis\\* &amp; `*code*`", "*not emphasis* & *code*"),
        ("", ""),
    ],
)
def test_plain_takes_the_marks_away_and_nothing_else(markdown: str, words: str) -> None:
    assert plain(markdown) == words


def test_the_home_page_and_every_other_has_its_canonical_address() -> None:
    about = ContentPage(path="about/", title="About", description="", text="x")
    for page, address in (
        (RENDERER.home([], []), ""),
        (RENDERER.content(about), "about/"),
        (RENDERER.redirect("lovelace", "ada"), "ada/"),  # engines follow it there
    ):
        soup = BeautifulSoup(page.body, "html.parser")
        canonical = soup.find("link", {"rel": "canonical"})
        assert canonical is not None
        assert canonical["href"] == f"https://people.example/{address}"
        assert soup.find("meta", {"name": "robots"}) is None


def test_the_page_for_what_is_not_there_has_no_address_and_is_not_indexed() -> None:
    missing = ContentPage(path="404.html", title="Not here", description="", text="x")
    soup = BeautifulSoup(RENDERER.content(missing).body, "html.parser")
    assert meta(soup, "robots") == "noindex"
    assert soup.find("link", {"rel": "canonical"}) is None
    assert soup.find("meta", {"property": "og:url"}) is None


def test_what_has_no_name_is_still_called_something() -> None:
    soup = head(
        projects=[
            row(
                ProjectRow,
                name="\u200b",
                live_url="x.example",
                repo_url="x.example",
                media=[{"type": "image", "url": "x.example/a.png"}],
            )
        ],
        certifications=[row(CertificationRow, name="\u200b", credential_url="x.example")],
        education=[row(EducationRow, degree="\u200b", field="\u200b")],
    )
    assert present(soup.select_one(".media img"))["alt"] == "Project, picture 1"
    assert [a["aria-label"] for a in soup.select("article .links a")] == [
        "Live: Project",
        "Source: Project",
    ]
    for element in soup.select("h1, h2, h3, h4, main a:not(:has(img))"):
        assert element.get_text(strip=True), element
