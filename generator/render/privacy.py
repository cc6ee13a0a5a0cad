"""The page that says what is counted of visits, who is responsible for it, and for how long."""

from importlib.resources import files
from string import Template

from generator.config import PrivacySettings
from generator.errors import ConfigError
from generator.model.content import ContentPage

PRIVACY = "privacy/"
"""The page's path, relative to the site."""

_TEXT = Template(files(__package__).joinpath("privacy.md").read_text("utf-8"))


def privacy_page(privacy: PrivacySettings, keep_days: int) -> ContentPage:
    """The page of a site that counts visits: what Article 13 GDPR asks to be told.

    Args:
        privacy: Who is responsible, and why visits may be counted; both may be Markdown.
        keep_days: How long single events are kept; 0 means as long as the portfolio is there.

    Raises:
        ConfigError: The settings name nobody who is responsible.
    """
    if not privacy.controller.strip():
        raise ConfigError(
            "site.beacon_url is set, so visits are counted, but privacy.controller is empty: "
            "nobody is named who is responsible",
            where="privacy.controller of qwikfolio.toml",
            fix="name a person or company with an address to write to, which /privacy/ then shows; "
            "or write a page of your own, content/pages/privacy.md",
        )
    retention = f"deleted after {keep_days} days" if keep_days else "kept as long as the portfolio"
    return ContentPage(
        path=PRIVACY,
        title="Privacy",
        description="What this site counts of visits, who is responsible, and how long it is kept.",
        text=_TEXT.substitute(
            controller=privacy.controller.strip(),
            legal_basis=privacy.legal_basis.strip().removesuffix("."),
            retention=retention,
        ),
    )
