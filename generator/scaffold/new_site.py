"""The files of a new site, made from what its operator answered; plain texts, by path."""

import json
import os
import re
import shlex
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import msgspec

from generator import __version__
from generator.config import Settings, SiteSettings, StoreAddress
from generator.errors import ConfigError
from generator.render import wellknown
from generator.render.site import make_site

WORKFLOW = ".github/workflows/site.yml"
"""The workflow of `--ci github`."""

_TEMPLATES = files(__package__).joinpath("files")
_PLACEHOLDER = re.compile(r"@([a-z_]+)@")
_CONDITION = re.compile(r"^\{([a-z]+)\} ?", re.MULTILINE)

_SITE = {
    "qwikfolio.toml": "qwikfolio.toml",
    "content/pages/about.md": "pages/about.md",
    "content/pages/404.md": "pages/404.md",
    "content/static/.gitkeep": "",
    ".gitignore": "gitignore",
    "README.md": "README.md",
}
_GITHUB = {WORKFLOW: "site.yml"}
_DOCKER = {
    "Dockerfile": "Dockerfile",
    ".dockerignore": "dockerignore",
    "compose.yaml": "compose.yaml",
    "Caddyfile": "Caddyfile",
}
"""What is written where, from which template; an empty name is an empty file."""


class Database(msgspec.Struct, frozen=True):
    """Where the people are."""

    url: str | None = None
    """Of the operator's own database; None where it is the embedded one."""
    has_secret: bool = False
    """Whether the URL holds a password, which no file may hold."""

    @property
    def kinds(self) -> frozenset[str]:
        """The conditions that hold in the templates."""
        if self.url is None:
            return frozenset({"embedded"})
        return frozenset({"database", "secret" if self.has_secret else "open"})


class Hosting(msgspec.Struct, frozen=True):
    """What a site may have besides."""

    github: bool = False
    """A workflow that builds it."""
    docker: bool = False
    """An image, and the services that keep and serve it."""


def site_files(site: SiteSettings, database: Database) -> dict[str, str]:
    """The files of a site that has none.

    Args:
        site: Its title and its address; the rest are defaults.
        database: Where its people are.
    """
    url = site.url
    values = {
        "title": toml_text(site.title),
        "url": '# url = "https://people.example"' if url is None else f"url = {toml_text(url)}",
        "database_url": toml_text(database.url or ""),
        "package": _package(database),
    }
    return _filled(_SITE, values, database)


def hosting_files(settings: Settings, database: Database, hosting: Hosting) -> dict[str, str]:
    """The files that build and serve a site with these settings.

    Raises:
        ConfigError: The workflow puts a folder on GitHub Pages, and the output is none.
    """
    wanted = (_GITHUB if hosting.github else {}) | (_DOCKER if hosting.docker else {})
    output = "output"
    if hosting.github:
        output = _folder(settings, settings.output)
    site = make_site(settings.site)
    values = {
        "package": _package(database),
        "output": output,
        "shell_output": shlex.quote(output),
        "state": os.path.relpath(settings.state, settings.root),
        "home": site.home,
        "caddy_headers": _caddy_headers(wellknown.headers(site).body.decode()),
        "caddy_site": _caddy_site(site.home),
    }
    return _filled(wanted, values, database)


def toml_text(text: str) -> str:
    """The text as TOML's basic string, whatever is in it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _package(database: Database) -> str:
    """What pip is to install: this version, with what the site needs of it."""
    extra = "[embedded]" if database.url is None else ""
    return f"qwikfolio-publisher{extra}=={__version__}"


def _folder(settings: Settings, output: Path | StoreAddress) -> str:
    """The output relative to the site."""
    if isinstance(output, StoreAddress):
        raise ConfigError(
            f"the workflow puts a folder on GitHub Pages, and the output is {output}",
            where="paths.output",
            fix="write a workflow that runs `qwikfolio build` alone, or build into a folder",
        )
    return os.path.relpath(output, settings.root)


def _filled(
    wanted: Mapping[str, str], values: Mapping[str, str], database: Database
) -> dict[str, str]:
    return {
        path: _fill(_TEMPLATES.joinpath(name).read_text("utf-8"), values, database.kinds)
        if name
        else ""
        for path, name in wanted.items()
    }


def _fill(text: str, values: Mapping[str, str], kinds: frozenset[str]) -> str:
    """The template without the lines whose condition doesn't hold, and with its values."""
    lines = []
    for line in text.splitlines(keepends=True):
        condition = _CONDITION.match(line)
        if condition is None or condition[1] in kinds:
            lines.append(line[condition.end() :] if condition else line)
    return _PLACEHOLDER.sub(lambda found: values[found[1]], "".join(lines))


def _caddy_headers(text: str) -> str:
    """The blocks of a `_headers` as Caddy says them."""
    lines, pattern = [], ""
    for line in text.splitlines():
        if not line.startswith(" "):
            pattern = line.strip()
            continue
        name, _, value = line.strip().partition(": ")
        lines.append(f"\theader {pattern} {name} {json.dumps(value)}")
    return "\n".join(lines)


def _caddy_site(home: str) -> str:
    if home == "/":
        return "\t\tfile_server"
    lines = (
        f"\t\tredir / {home}",
        f"\t\tredir {home.rstrip('/')} {home} 301",
        f"\t\thandle_path {home}* {{",
        "\t\t\tfile_server",
        "\t\t}",
        "\t\terror 404",
    )
    return "\n".join(lines)
