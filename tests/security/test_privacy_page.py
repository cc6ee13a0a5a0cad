"""Where visits are counted, the site says so: what, by whom, on which legal basis, for how long."""

import msgspec
import pytest
from bs4 import BeautifulSoup

from generator.config import PrivacySettings
from generator.errors import ConfigError
from tests.site import Site


def count_visits(site: Site, *, keep_days: int = 400, **privacy: str) -> None:
    """Give the site a beacon."""
    settings = site.settings
    site.settings = msgspec.structs.replace(
        settings,
        site=msgspec.structs.replace(settings.site, beacon_url="/e"),
        beacon=msgspec.structs.replace(settings.beacon, keep_days=keep_days),
        privacy=msgspec.structs.replace(settings.privacy, **privacy),
    )


def text(site: Site) -> str:
    """What `/privacy/` says, on one line."""
    main = BeautifulSoup(site.page("privacy"), "html.parser").find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def test_a_site_that_counts_nothing_has_no_such_page(site: Site) -> None:
    site.build()
    assert not site.has("privacy")
    assert "privacy" not in site.page("")


def test_the_page_names_controller_legal_basis_and_retention(site: Site) -> None:
    count_visits(
        site,
        keep_days=90,
        controller="Harbour Works, Rua Nova 1, Lisbon, privacy@people.example",
        legal_basis="your consent (Article 6(1)(a) GDPR).",
    )
    site.build()
    said = text(site)
    assert "Harbour Works, Rua Nova 1, Lisbon, privacy@people.example" in said
    assert "The legal basis is your consent (Article 6(1)(a) GDPR)." in said
    assert "Single events are deleted after 90 days." in said
    assert 'href="/privacy/"' in site.page("")


def test_events_that_are_never_deleted_are_said_to_be_kept(site: Site) -> None:
    count_visits(site, keep_days=0)
    site.build()
    assert "Single events are kept as long as the portfolio." in text(site)


def test_a_change_of_the_settings_changes_the_page_with_the_next_build(site: Site) -> None:
    count_visits(site, keep_days=90)
    site.build()
    count_visits(site, keep_days=60)
    site.build()
    assert "deleted after 60 days" in text(site)


def test_the_page_is_gone_when_visits_are_no_longer_counted(site: Site) -> None:
    without = site.settings
    count_visits(site)
    site.build()
    assert site.has("privacy")
    site.settings = without
    assert "privacy/index.html" in site.build().removed
    assert not site.has("privacy")


@pytest.mark.parametrize("controller", ["", "  "])
def test_visits_are_not_counted_by_nobody(site: Site, controller: str) -> None:
    count_visits(site, controller=controller)
    with pytest.raises(ConfigError, match="nobody is named who is responsible") as error:
        site.build()
    assert "privacy.controller" in str(error.value)


def test_a_page_of_the_operator_s_own_stands_in_its_place(site: Site) -> None:
    count_visits(site, controller="")
    own = site.settings.content / "pages" / "privacy.md"
    own.write_text("# Datenschutz\n\nWas gezählt wird.\n")
    site.build()
    assert text(site) == "Datenschutz Was gezählt wird."


def test_nobody_can_take_its_address(site: Site) -> None:
    count_visits(site)
    site.person("privacy", username="ada")
    site.build()
    assert "Who is responsible" in text(site)
    assert site.has("ada")


def test_the_default_legal_basis_ends_its_sentence() -> None:
    assert not PrivacySettings().legal_basis.endswith(".")
