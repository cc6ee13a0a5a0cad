"""docs/hosting.md: how to serve the site, with what `qwikfolio hosting` prints for an example.

The text around it is `hosting.template.md`.
"""

import re
from pathlib import Path

import msgspec

from generator import config
from generator.hosting.facts import Facts, Options, make_facts
from generator.hosting.servers import SERVERS
from generator.model.headers import PAGE_CACHING

_LANGUAGES = {
    "nginx": "nginx",
    "caddy": "caddyfile",
    "apache": "apache",
    "cloudflare": "toml",
    "netlify": "toml",
    "s3": "json",
}
_ROOT = Path("/srv/publisher")
_SITE = config.SiteSettings(url="https://people.example", beacon_url="/e")


def facts(server: str) -> Facts:
    """The facts of the example; a host that passes nothing on has its beacon elsewhere."""
    site = _SITE
    if server in {"cloudflare", "netlify", "s3"}:
        site = msgspec.structs.replace(site, beacon_url="https://events.example/e")
    settings = config.Settings(
        root=_ROOT,
        site=site,
        output=_ROOT / "output",
        themes=(),
        content=_ROOT / "content",
        state=_ROOT / ".qwikfolio",
        database_url=None,
    )
    return make_facts(settings, Options())


def page() -> str:
    """The text of docs/hosting.md."""
    values = {
        name: f"```{_LANGUAGES[name]}\n{server(facts(name))}```" for name, server in SERVERS.items()
    }
    values["page_caching"] = PAGE_CACHING
    template = Path(__file__).with_name("hosting.template.md").read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], template)
