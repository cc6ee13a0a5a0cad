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
from generator.hosting.caddy import caddy
from generator.hosting.facts import Options, make_facts
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
        "package_here": _package(database, "preview"),
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
    values = {
        "package": _package(database),
        "output": output,
        "shell_output": shlex.quote(output),
        "state": os.path.relpath(settings.state, settings.root),
        "home": make_site(settings.site).home,
    }
    texts = _filled(wanted, values, database)
    return {**texts, "Caddyfile": _caddyfile(settings)} if hosting.docker else texts


def toml_text(text: str) -> str:
    """The text as TOML's basic string, whatever is in it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _package(database: Database, *more: str) -> str:
    """What pip is to install: this version, with what the site needs of it, and more extras."""
    extras = (*(("embedded",) if database.url is None else ()), *more)
    named = f"[{','.join(extras)}]" if extras else ""
    return f"qwikfolio-publisher{named}=={__version__}"


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


def _caddyfile(settings: Settings) -> str:
    """What `qwikfolio hosting caddy` prints, for every name of the host: the container has none.

    Raises:
        ConfigError: As `make_facts`.
    """
    url = settings.site.url or "http://localhost:8080"
    named = msgspec.structs.replace(settings, site=msgspec.structs.replace(settings.site, url=url))
    options = Options(root="/srv/site", listen="80", beacons=("beacon:8100",))
    facts = make_facts(named, options)
    any_name = msgspec.structs.replace(facts.host, name="")
    return caddy(msgspec.structs.replace(facts, host=any_name))
