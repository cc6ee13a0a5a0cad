"""What one would write first: load everything, render it, write it. One process, no database.

`python -m benchmarks.naive PEOPLE.json OUTPUT`, in the folder of `qwikfolio.toml`. The pages are
ours to the byte, since the templates, the filters and the head are.
"""

import sys
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.people import People
from generator import config
from generator.content import load_pages
from generator.render.environment import FILTERS
from generator.render.head import portfolio_head
from generator.render.page import Head
from generator.render.site import Site, make_site
from generator.theme.theme import load_themes

_PEOPLE_A_PAGE = 60
_DIRECTORY = """\
{% extends "base.html" %}
{% block main %}
<ul class="people">
{% for entry in people %}
<li dir="auto">
{% if entry.params.photo %}
<img class="photo" src="{{ entry.params.photo }}" alt="" width="64" height="64" loading="lazy">
{% endif %}
<h2><a href="/{{ entry.segment }}/">{{ entry.params.name }}</a></h2>
<p dir="auto">{{ entry.params.headline }}</p>
<p class="org" dir="auto">{{ entry.params.location }}</p>
</li>
{% endfor %}
</ul>
<nav class="pager" aria-label="Pages">
{% if number > 1 %}<a href="/people/{{ number - 1 }}/">Previous</a>{% endif %}
{% if number < count %}<a href="/people/{{ number + 1 }}/">Next</a>{% endif %}
</nav>
{% endblock %}
"""


def main(source: Path, output: Path) -> None:
    """Make the site of the people in `source` in the new folder `output`."""
    settings = config.load(Path.cwd(), {})
    theme = load_themes(settings.themes, required="emerald")["emerald"]
    pages = load_pages(settings.content / "pages")
    site = make_site(
        settings.site, tuple((page.title, page.path) for page in pages if page.path.endswith("/"))
    )
    environment = Environment(
        loader=FileSystemLoader(theme.folder / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    assets = {asset.name: site.path(asset.path) for asset in theme.assets}
    environment.filters.update(FILTERS)
    environment.globals.update(site=site, asset=assets.__getitem__)
    for asset in theme.assets:
        write(output / asset.path, asset.body)

    people = msgspec.json.decode(source.read_bytes(), type=People).people
    portfolio, redirect = map(environment.get_template, ("portfolio.html", "redirect.html"))
    for entry in people:
        page = portfolio_head(entry.params, site, f"{entry.segment}/")
        text = portfolio.render(portfolio=entry.params, page=page)
        write(output / entry.segment / "index.html", text.encode())
        for alias in entry.aliases:
            target = site.path(f"{entry.segment}/")
            text = redirect.render(page=_head(site, f"{entry.segment}/"), target=target)
            write(output / alias.strip("/") / "index.html", text.encode())

    directory = environment.from_string(_DIRECTORY)
    ordered = sorted(people, key=lambda entry: entry.params.name.casefold())
    count = -(-len(ordered) // _PEOPLE_A_PAGE)
    for number in range(1, count + 1):
        part = ordered[(number - 1) * _PEOPLE_A_PAGE : number * _PEOPLE_A_PAGE]
        path = f"people/{number}/" if number > 1 else ""
        text = directory.render(page=_head(site, path), people=part, number=number, count=count)
        write(output / path / "index.html", text.encode())
    urls = (f"<url><loc>{site.url(f'{entry.segment}/')}</loc></url>" for entry in people)
    write(output / "sitemap.xml", f"<urlset>{''.join(urls)}</urlset>".encode())


def write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def _head(site: Site, path: str) -> Head:
    return Head(
        path=site.path(path),
        canonical=site.url(path),
        title=site.title,
        description=site.description,
        image=None,
        structured_data=None,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
