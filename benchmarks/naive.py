"""What one would write first: load everything, render it, write it. One process, no database.

`python -m benchmarks.naive PEOPLE.json OUTPUT`, in the folder of `qwikfolio.toml`. It takes our
templates and nothing else of ours.
"""

import json
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from markupsafe import Markup

_Dict = dict[str, Any]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PEOPLE_A_PAGE = 60
LONGEST_DESCRIPTION = 160
DIRECTORY = """\
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

MARKDOWN = MarkdownIt("commonmark", {"breaks": True, "html": False})


def markdown(text: str, **_: object) -> Markup:
    return Markup(MARKDOWN.render(text))


def month_year(date: _Dict) -> str:
    return f"{MONTHS[date['month'] - 1]} {date['year']}" if date["month"] else str(date["year"])


def number(value: float, places: int = 0) -> str:
    return f"{value:,.{places}f}" if places else f"{value:,}"


def plural(forms: _Dict, count: float) -> str:
    form: str = forms["one" if count == 1 else "other"]
    return form % {"n": number(count)}


def settings_of(theme: _Dict) -> _Dict:
    return {
        "primaryColor": theme.get("color", "emerald"),
        "accentStyle": theme.get("accent", "soft"),
        "radius": theme.get("radius", "md"),
        "layout": theme.get("layout", "sidebar-left"),
    }


def bare_url(url: str) -> str:
    return unquote(url.split("://", 1)[-1].removeprefix("www.").rstrip("/"))


def person_head(person: _Dict, site: _Dict, path: str) -> _Dict:
    """Title, description and structured data of a person's page."""
    title = person["seo_title"] or f"{person['name']} – {person['headline']}"
    text = person["seo_description"] or markdown(person["bio"] or "").striptags() or title
    if len(text) > LONGEST_DESCRIPTION:
        text = text[: LONGEST_DESCRIPTION - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
    url = f"{site['origin']}/{path}"
    jobs, studies = person["experience"], person["education"]
    about = {
        "@type": "Person",
        "@id": f"{url}#person",
        "name": person["name"],
        "url": url,
        "jobTitle": person["headline"],
        "description": text,
        "image": person["photo"],
        "homeLocation": {"@type": "Place", "name": person["location"]},
        "sameAs": [link["url"] for link in person["links"]]
        + ([person["website"]] if person["website"] else []),
        "worksFor": [
            {"@type": "Organization", "name": job["company"]}
            for job in jobs
            if job["period"]["current"]
        ],
        "alumniOf": [
            {"@type": "EducationalOrganization", "name": study["school"]} for study in studies
        ],
        "knowsAbout": [skill["name"] for group in person["skills"] for skill in group["skills"]],
    }
    data = {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "url": url,
        "dateCreated": person["created"],
        "dateModified": person["updated"],
        "mainEntity": {key: value for key, value in about.items() if value},
    }
    safe = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return {**head(site, path, title, text), "image": person["photo"], "structured_data": safe}


def head(site: _Dict, path: str, title: str, description: str) -> _Dict:
    return {
        "path": f"/{path}",
        "canonical": f"{site['origin']}/{path}",
        "title": title,
        "description": description,
    }


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def main(source: Path, output: Path) -> None:
    settings = tomllib.loads(Path("qwikfolio.toml").read_text("utf-8"))["site"]
    pages = [{"title": name.capitalize(), "path": f"/{name}/"} for name in ("about", "privacy")]
    own = {"origin": settings["url"], "home": "/", "currency": "$", "contact_endpoint": ""}
    site = {**settings, **own, "pages": pages}
    base, theme = Path("themes", "base"), Path("themes", "emerald")
    shutil.copytree(base / "static", output / "assets")
    sheet = (theme / "static" / "theme.css").read_text("utf-8")
    for part in ("_base.css", "_print.css"):
        sheet = sheet.replace(f'@import "{part}";', (base / "static" / part).read_text("utf-8"))
    write(output / "assets" / "theme.css", sheet)
    environment = Environment(
        loader=FileSystemLoader(base / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        markdown=markdown,
        month_year=month_year,
        number=number,
        bare_url=bare_url,
        plural=plural,
    )
    words = tomllib.loads((base / "strings" / "en.toml").read_text("utf-8"))
    site |= {"direction": "ltr"}
    environment.globals.update(
        site=site, words=words, settings=settings_of({}), asset="/assets/{}".format
    )

    people = json.loads(source.read_bytes())["people"]
    portfolio = environment.get_template("portfolio.html")
    redirect = environment.get_template("redirect.html")
    for entry in people:
        path = f"{entry['segment']}/"
        page = person_head(entry["params"], site, path)
        page["structured_data"] = Markup(page["structured_data"])
        chosen = settings_of(entry["params"]["theme"])
        text = portfolio.render(portfolio=entry["params"], page=page, settings=chosen)
        write(output / path / "index.html", text)
        for alias in entry["aliases"]:
            page = head(site, path, "", "")
            write(output / alias[1:] / "index.html", redirect.render(page=page, target=f"/{path}"))

    directory = environment.from_string(DIRECTORY)
    people.sort(key=lambda entry: entry["params"]["name"].casefold())
    count = -(-len(people) // PEOPLE_A_PAGE)
    for nth in range(1, count + 1):
        part = people[(nth - 1) * PEOPLE_A_PAGE : nth * PEOPLE_A_PAGE]
        path = f"people/{nth}/" if nth > 1 else ""
        page = head(site, path, settings["title"], settings["description"])
        text = directory.render(page=page, people=part, number=nth, count=count)
        write(output / path / "index.html", text)
    urls = (f"<url><loc>{site['origin']}/{entry['segment']}/</loc></url>" for entry in people)
    write(output / "sitemap.xml", f"<urlset>{''.join(urls)}</urlset>")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
