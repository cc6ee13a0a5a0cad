"""The sample people: pages without a fault, in many scripts, their pictures on the site itself."""

import json
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest.mock import Mock

import msgspec
import pytest
from bs4 import BeautifulSoup

from generator import config
from generator.build import Report, Request, build, parcel
from generator.build.engine import Job
from generator.build.materials import load_materials
from generator.config import Settings
from generator.database.samples import read_samples, sample_pictures
from generator.database.seed import seed
from generator.errors import ContentError
from generator.gallery.samples import sample_people
from generator.preview import stage
from generator.publish.target import Files
from tests.conftest import temporary
from tests.site import ROOT, Notes
from tests.source.documents import OWNER, document, row

pytestmark = pytest.mark.slow

OWN = ROOT / "content" / "portfolios"
BUNDLED = OWN / "samples"
ORIGIN, HOME = "https://people.example", "/folio/"
URL = f"{ORIGIN}{HOME.rstrip('/')}"


class Built(msgspec.Struct, frozen=True):
    """A site of samples that was built as with its embedded database."""

    settings: Settings
    database: str
    report: Report
    problems: tuple[str, ...]

    @property
    def output(self) -> Path:
        assert isinstance(self.settings.output, Path)
        return self.settings.output

    def files(self, pattern: str) -> dict[str, bytes]:
        return {
            path.relative_to(self.output).as_posix(): path.read_bytes()
            for path in self.output.rglob(pattern)
        }

    def pages(self) -> Mapping[str, BeautifulSoup]:
        return {
            path: BeautifulSoup(body, "html.parser") for path, body in self.files("*.html").items()
        }


def built(root: Path, samples: Path, database: str) -> Built:
    shutil.copytree(ROOT / "themes", root / "themes")
    shutil.copytree(ROOT / "content" / "pages", root / "content" / "pages")
    shutil.copytree(samples, root / "content" / "portfolios")
    (root / "qwikfolio.toml").write_text(f'[site]\nurl = "{URL}"\n[database]\nembedded = true\n')
    settings = config.load(root, {})
    seed(database, settings.content / "portfolios", pictures=True)
    notes = Notes()
    report = build(settings, database, Request(), notes)
    said = tuple(f"{it.table}.{it.column}: {it.reason}" for it in notes.problems)
    return Built(settings, database, report, said)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, server: str, template: str) -> Iterator[Built]:
    """The eight people who are shipped, on a site in a folder of its host."""
    with temporary(server, template) as database:
        yield built(tmp_path_factory.mktemp("samples"), BUNDLED, database)


def test_eight_people_are_built_without_a_word_of_complaint(site: Built) -> None:
    assert site.problems == ()
    assert site.report.failed == ()
    assert site.report.people == len(list(BUNDLED.glob("*.toml"))) == 8


def test_the_repositorys_own_site_has_one_warning_which_is_explained() -> None:
    people = sample_people(OWN, pictures=dict.fromkeys(sample_pictures(OWN), "/x"))
    (problem,) = [it for person in people for it in person.reading.problems]
    assert problem.reason == "'Summer 2019' is not a date like 2023-01"
    text = (OWN / "linnea.toml").read_text("utf-8")
    assert 'end_date = "Summer 2019"   # on purpose' in text
    explained = (ROOT / "docs" / "samples.md").read_text("utf-8")
    assert problem.reason in explained


def test_they_write_in_at_least_five_scripts_and_wear_each_theme_twice() -> None:
    people = [it.reading.portfolio for it in sample_people(BUNDLED)]
    scripts = {
        unicodedata.name(letter).split()[0]
        for person in people
        for letter in (person.bio or "" if person else "")
        if letter.isalpha()
    }
    assert {
        "LATIN", "CYRILLIC", "GREEK", "ARABIC", "DEVANAGARI", "HANGUL", "HIRAGANA",
    } <= scripts  # fmt: skip
    themes = Counter(person.theme.id for person in people if person)
    assert themes == {"emerald": 2, "ocean": 2, "violet": 2, "default": 2}


def referred(page: BeautifulSoup) -> Iterator[str]:
    """Every file that a browser or another site loads because of a page."""
    for element in page.select("img, video, source, script[src]"):
        yield str(element["src"])
    for element in page.select("link[rel=stylesheet], link[rel=icon], .media a"):
        yield str(element["href"])
    for element in page.select("meta[property='og:image']"):
        yield str(element["content"]).removeprefix(ORIGIN)
    for element in page.select("script[type='application/ld+json']"):
        person = json.loads(element.string or "").get("mainEntity", {})
        yield person["image"].removeprefix(ORIGIN)


def test_whatever_a_page_shows_is_a_file_of_the_site(site: Built) -> None:
    pages = site.pages()
    assert len(pages) > 10
    for path, page in pages.items():
        for address in referred(page):
            assert address.startswith(HOME), (path, address)
            assert (site.output / address.removeprefix(HOME)).is_file(), (path, address)
    assert all(body[:4] == b"RIFF" for body in site.files("*.webp").values())


def test_a_preview_of_a_link_and_structured_data_have_the_pictures_whole_address(
    site: Built,
) -> None:
    page = site.pages()["amara/index.html"]
    (shown,) = page.select("img.u-photo")
    (image,) = page.select("meta[property='og:image']")
    data = json.loads(page.select("script[type='application/ld+json']")[0].string or "")
    assert image["content"] == data["mainEntity"]["image"] == f"{ORIGIN}{shown['src']}"


def test_every_picture_is_shown_by_somebody_and_small() -> None:
    pictures = sample_pictures(OWN)
    text = "".join(path.read_text("utf-8") for path in OWN.rglob("*.toml"))
    for name, body in pictures.items():
        assert f'"{name}"' in text
        assert len(body) < 80_000, name
    assert text.count('"pictures/') == len(pictures)
    assert sum(map(len, pictures.values())) < 1_000_000


def test_the_preview_shows_them_too(site: Built) -> None:
    with stage.Stage(stage.Request(site.settings.root)) as showing:
        now = showing.showing()
        page = now.file("amara/index.html")
        assert page == site.files("index.html")["amara/index.html"]
        (photo,) = BeautifulSoup(page, "html.parser").select("img.u-photo")
        assert (now.file(str(photo["src"]).removeprefix(HOME)) or b"")[:4] == b"RIFF"
        assert now.file("index.html") == site.files("index.html")["index.html"]


def test_pictures_leave_with_the_samples(tmp_path: Path, database: str) -> None:
    """The same people, were the database not the embedded one: nobody else may name a picture."""
    own = built(tmp_path, BUNDLED, database)
    assert len(own.files("*.webp")) == len(sample_pictures(BUNDLED))
    settings = msgspec.structs.replace(own.settings, embedded=False)
    notes = Notes()
    build(settings, database, Request(), notes)
    assert own.files("*.webp") == {}
    assert "pictures/" not in own.output.joinpath("index.html").read_text("utf-8")
    assert {it.reason for it in notes.problems if it.column == "profile_photo_url"} >= {
        "'pictures/amara.webp' is not an http or https address"
    }


def test_workers_elsewhere_are_told_the_names_of_the_pictures_only(site: Built) -> None:
    materials = load_materials(site.settings)
    output = site.output
    job = Job(materials, site.database, output, Mock(spec=Files), full=False, people=8)
    packed = parcel.pack(job, "", "")
    assert len(packed.materials) < 100_000 < sum(len(it.body) for it in materials.pictures)
    assert parcel._unpack(packed).picture_addresses == materials.picture_addresses


def test_a_database_of_ones_own_is_seeded_without_the_pictures(database: str) -> None:
    from tests.database.test_seed import ask  # noqa: PLC0415

    seed(database, BUNDLED)
    named = "SELECT profile_photo_url, avatar_url FROM portfolios JOIN profiles ON profiles.id"
    assert set(ask(database, f"{named} = user_id")) == {(None, None)}
    assert set(ask(database, "SELECT media::text FROM projects")) == {("[]",)}
    assert "8 unchanged" in str(seed(database, BUNDLED))


KNOWN = {"pictures/ada.webp": "/folio/assets/pictures/ada.0f.webp"}


@pytest.mark.parametrize(
    "value",
    [
        "pictures/bob.webp", "/pictures/ada.webp", "pictures/ada.webp ", "Pictures/ada.webp",
        "pictures//ada.webp", "pictures/../pictures/ada.webp", "pictures\\ada.webp",
        "/folio/assets/pictures/ada.0f.webp", "pictures/ada.webp?x", "pictures/ada.webp#x",
        "pictures/ada.webp\n", "pictures%2Fada.webp", "//pictures/ada.webp", "/e", "/", "",
        "javascript:pictures/ada.webp", ["pictures/ada.webp"], {"pictures/ada.webp": 1}, 1,
    ],
    ids=repr,
)  # fmt: skip
def test_only_the_very_name_of_a_picture_that_the_site_has_is_one(value: object) -> None:
    from generator.source import rows  # noqa: PLC0415
    from generator.source.portfolio import read_portfolio  # noqa: PLC0415

    media = [{"type": "image", "url": value}, {"type": "video", "url": "pictures/ada.webp"}]
    project = row(rows.ProjectRow, media=media)
    text = value if isinstance(value, str) else None
    reading = read_portfolio(
        OWNER, document(profile_photo_url=text, projects=[project]), pictures=KNOWN
    )
    assert reading.portfolio is not None
    assert reading.portfolio.photo is None
    assert reading.portfolio.projects[0].media == ()
    known = document(profile_photo_url="pictures/ada.webp")
    good = read_portfolio(OWNER, known, pictures=KNOWN).portfolio
    assert good is not None
    assert good.photo == KNOWN["pictures/ada.webp"]
    assert read_portfolio(OWNER, known).portfolio == msgspec.structs.replace(good, photo=None)


def test_samples_may_stand_in_folders_but_no_two_have_one_name(tmp_path: Path) -> None:
    text = '[portfolio]\nname = "Eve"\nheadline = "x"\nemail = "x@example.com"\n'
    (tmp_path / "more").mkdir()
    (tmp_path / "eve.toml").write_text(text)
    (tmp_path / "more" / "bob.toml").write_text(text)
    assert [it.name for it in read_samples(tmp_path)] == ["bob", "eve"]
    (tmp_path / "more" / "eve.toml").write_text(text)
    with pytest.raises(ContentError, match="two samples are called eve"):
        read_samples(tmp_path)


def test_a_picture_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"PNG")
    pictures = tmp_path / "people" / "pictures"
    pictures.mkdir(parents=True)
    (pictures / "notes.txt").write_text("left alone")
    assert sample_pictures(tmp_path / "people") == {}
    (pictures / "me.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(ContentError, match="leads out of the folder of samples"):
        sample_pictures(tmp_path / "people")
