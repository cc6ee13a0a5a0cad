"""What a person's page says of itself to browsers, previews and search engines."""

import msgspec
import pytest
from bs4 import BeautifulSoup

from generator.config import SiteSettings
from generator.render.head import plain, shorten
from generator.render.renderer import Renderer
from generator.render.site import make_site
from generator.source.rows import EducationRow, ExperienceRow, SkillRow
from generator.theme.theme import load_themes
from tests.site import ROOT
from tests.source.documents import read, row

SITE = make_site(SiteSettings(title="People", url="https://people.example"))
RENDERER = Renderer(load_themes(ROOT / "themes", required="emerald"), SITE, "emerald")


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
    assert soup.find("title").get_text() == "Ada – Engineer"
    assert meta(soup, "description") == "I compute with engines. Always."


def test_the_owners_seo_settings_go_first() -> None:
    soup = head(settings={"seoTitle": "Hire Ada", "seoDescription": "She computes."}, bio="x")
    assert soup.find("title").get_text() == "Hire Ada"
    assert meta(soup, "description") == meta(soup, "og:description") == "She computes."


def test_the_preview_has_what_it_needs() -> None:
    soup = head(profile_photo_url="x.example/a.png")
    assert meta(soup, "og:title") == "Ada – Engineer"
    assert meta(soup, "og:type") == "profile"
    assert meta(soup, "og:url") == "https://people.example/ada/"
    assert meta(soup, "og:image") == "https://x.example/a.png"
    assert meta(soup, "og:site_name") == "People"
    assert soup.find("link", {"rel": "canonical"})["href"] == "https://people.example/ada/"


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


@pytest.mark.parametrize("length", [10, 159, 160, 161, 500])
def test_a_description_is_cut_between_words(length: int) -> None:
    text = ("word " * 200)[:length].strip()
    cut = shorten(text)
    assert len(cut) <= 160
    assert cut == text or (cut.endswith("word…") and text.startswith(cut[:-1]))


def test_plain_takes_the_marks_away() -> None:
    assert plain("# I *am*\n\n- `one`\n- ![two](x)\n> three") == "I am - one - two three"
