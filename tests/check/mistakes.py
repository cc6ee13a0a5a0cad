"""One mistake for each rule that needs no rendering, and sometimes more; each trips its rule alone.

A part is added to the page by `extra`: a partial that emerald includes, replaced by one that calls
the parent's and says something more.
"""

from tests.check.trial import ABOUT, Changes

ABOUT_PARTIAL = "templates/partials/about.html"
BASE = "templates/base.html"
REDIRECT = "templates/redirect.html"
CONTACT = "templates/partials/contact.html"
SHEET = "static/theme.css"
ENGLISH = "strings/en.toml"
GERMAN = "strings/de.toml"


def extra(text: str) -> Changes:
    """A person's page that says this besides, where there is a biography."""
    return {ABOUT_PARTIAL: '{% include "emerald:partials/about.html" %}\n' + text + "\n"}


def word(english: str, german: str, use: str) -> Changes:
    """A word in English and German, and a page that prints it."""
    return {ENGLISH: english + "\n", GERMAN: german + "\n", **OTHERS(german), **extra(use)}


def OTHERS(text: str) -> Changes:  # noqa: N802 - so that it reads like the constants around it
    return {f"strings/{tag}.toml": text + "\n" for tag in ("es", "ar", "ja")}


def setting(name: str, *lines: str) -> str:
    return ABOUT + f"[settings.{name}]\n" + "".join(f"{line}\n" for line in lines)


def sheet(text: str) -> Changes:
    """Emerald's style sheet with more at its end."""
    return {SHEET: '@import "theme.css";\n' + text + "\n"}


AIRY = setting("airy", 'type = "boolean"', "default = true", 'help = "Whether it breathes."')
JOB = "{% for job in portfolio.experience %}%s{% endfor %}"
PHOTO = '<img src="{{ portfolio.photo or site.home }}" %s>'
SIZE = 'width="9" height="9"'
QUIET = 'referrerpolicy="no-referrer"'


def jobs(text: str) -> Changes:
    return extra(JOB.replace("%s", text))


def photo(attributes: str) -> Changes:
    return extra("{% if portfolio.photo %}" + PHOTO % attributes + "{% endif %}")


MISTAKES: list[tuple[str, str, Changes]] = [
    # Names and values
    ("QF101", "an unfinished tag", {"templates/aside.html": "{% if %}", **extra('{% include "aside.html" %}')}),
    ("QF101", "a block twice", {"templates/page.html": "{% block a %}{% endblock %}" * 2}),
    ("QF102", "a variable that nobody sets", extra("{{ protfolio.name }}")),
    ("QF102", "another template's variable", extra("{{ people }}")),
    ("QF102", "a loop's variable after the loop", extra("{% for it in portfolio.links %}{% endfor %}{{ it.url }}")),
    ("QF103", "a field", extra("{{ portfolio.nmae }}")),
    ("QF103", "a field in a loop", jobs("{{ job.employer }}")),
    ("QF103", "a field in a loop in a loop", extra("{% for g in portfolio.skills %}{% for s in g.skills %}{{ s.nmae }}{% endfor %}{% endfor %}")),
    ("QF103", "a field through set", extra("{% set p = portfolio %}{{ p.nmae }}")),
    ("QF103", "a field through a macro", extra("{% macro m(it) %}{{ it.nmae }}{% endmacro %}{{ m(portfolio) }}")),
    ("QF103", "a field through an imported macro", {"templates/m.html": "{% macro m(it) %}{{ it.nmae }}{% endmacro %}", **extra('{% from "m.html" import m %}{{ m(portfolio) }}')}),
    ("QF103", "a field through an include", {"templates/one.html": "{{ job.employer }}", **jobs('{% include "one.html" %}')}),
    ("QF103", "a field through a filter", extra("{{ (portfolio.projects|first).titel }}")),
    ("QF103", "a field by name in a filter", extra('{{ portfolio.links|map(attribute="adress")|join }}')),
    ("QF103", "a field of the loop", jobs("{{ loop.indx }}")),
    ("QF103", "a field of text", extra("{{ portfolio.name.first }}")),
    ("QF103", "a field in brackets", extra('{{ portfolio["nmae"] }}')),
    ("QF103", "a field through with", extra("{% with p = portfolio %}{{ p.nmae }}{% endwith %}")),
    ("QF103", "a telephone number", extra("{{ portfolio.phone }}")),
    ("QF104", "an item of a table", extra('{% set names = {"github": "GH"} %}{% for l in portfolio.links %}{{ names[l.kind] }}{% endfor %}')),
    ("QF104", "an item of a tuple", extra("{% set pair = (1, 2) %}{{ pair[2] }}")),
    ("QF105", "a filter", extra("{{ portfolio.name|upercase }}")),
    ("QF106", "a test", extra("{% if portfolio.name is nice %}x{% endif %}")),
    ("QF107", "a filter's argument", extra("{{ (portfolio.bio or '')|markdown(depth=3) }}")),
    ("QF107", "a filter's value", extra("{{ portfolio.name|month_year }}")),
    ("QF108", "a field of what may be none", jobs("{{ job.period.start.iso }}")),
    ("QF109", "printed, may be none", extra("{{ portfolio.location }}")),
    ("QF109", "filtered, may be none", extra("{{ portfolio.website|bare_url }}")),
    ("QF109", "compared, may be none", extra("{% if portfolio.hourly_rate > 3 %}x{% endif %}")),
    ("QF109", "tested in the other branch", extra("{% if portfolio.location %}x{% else %}{{ portfolio.location }}{% endif %}")),
    ("QF110", "a list printed", extra("{{ portfolio.links }}")),
    ("QF110", "a record printed", jobs("{{ job.period }}")),
    ("QF111", "a loop over text", extra("{% for c in portfolio.name %}{{ c }}{% endfor %}")),
    ("QF112", "too much for a macro", extra("{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}")),
    ("QF112", "text that is called", extra("{{ portfolio.name() }}")),
    ("QF113", "Markdown printed", extra("{% for p in portfolio.projects %}{{ p.description }}{% endfor %}")),
    ("QF114", "a file of static/", extra("{{ asset('them.css') }}")),
    ("QF114", "a part of a style sheet", extra("{{ asset('_base.css') }}")),
    ("QF115", "a comparison that never holds", extra('{% for l in portfolio.links %}{% if l.kind == "gitlab" %}x{% endif %}{% endfor %}')),
    # Templates
    ("QF202", "an include", extra('{% include "partials/heroes.html" %}')),
    ("QF202", "a parent", {"templates/page.html": '{% extends "bas.html" %}'}),
    ("QF203", "a template that nobody uses", {"templates/partials/stray.html": "x"}),
    ("QF204", "a block that no parent has", {"templates/portfolio.html": '{% extends "emerald:portfolio.html" %}\n{% block herro %}x{% endblock %}'}),
    ("QF205", "text outside of blocks", {"templates/portfolio.html": '{% extends "emerald:portfolio.html" %}\n<p>x</p>'}),
    ("QF206", "an include of itself", {ABOUT_PARTIAL: '{% include "partials/about.html" %}'}),
    ("QF207", "an include by a row's text", extra("{% include portfolio.name %}")),
    ("QF208", "a macro that isn't there", {"templates/m.html": "{% macro m() %}{% endmacro %}", **extra('{% from "m.html" import n %}')}),
    # What every page has
    ("QF301", "no title", {BASE: ("<title>{{ page.title }}</title>", "")}),
    ("QF301", "another title", {BASE: ("<title>{{ page.title }}</title>", "<title>{{ site.title }}</title>")}),
    ("QF301", "two titles", {BASE: ("<title>", "<title>x</title><title>")}),
    ("QF302", "no language", {BASE: (' lang="{{ site.language }}"', "")}),
    ("QF302", "a language of its own", {BASE: ("{{ site.language }}", "en")}),
    ("QF303", "no direction", {BASE: (' dir="{{ site.direction }}"', "")}),
    ("QF304", "no viewport", {BASE: ('<meta name="viewport" content="width=device-width, initial-scale=1">', "")}),
    ("QF304", "no zoom", {BASE: ("initial-scale=1", "initial-scale=1, user-scalable=no")}),
    ("QF305", "no charset", {BASE: ('<meta charset="utf-8">', "")}),
    ("QF306", "no description", {BASE: ('<meta name="description" content="{{ page.description }}">', "")}),
    ("QF307", "no canonical link", {BASE: ('<link rel="canonical" href="{{ page.canonical }}">', "")}),
    ("QF308", "no beacon", {BASE: ("{{ page.beacon }}", "")}),
    ("QF308", "two beacons", {BASE: ("{{ page.beacon }}", "{{ page.beacon }}{{ page.beacon }}")}),
    ("QF309", "no skip link", {BASE: ('<a class="skip" href="#main">', '<a class="skip" href="/">')}),
    ("QF309", "a skip link to nothing", {BASE: ('href="#main"', 'href="#mian"')}),
    ("QF310", "two h1", extra("<h1>x</h1>")),
    ("QF310", "no h1", {"templates/page.html": ("h1", "h2"), }),
    ("QF311", "no style sheet", {BASE: ("<link rel=\"stylesheet\" href=\"{{ asset('theme.css') }}\">", "")}),
    ("QF312", "no rules for paper", {SHEET: "@media (prefers-color-scheme: dark) { body { color: #fff; } }"}),
    ("QF313", "no doctype", {BASE: ("<!doctype html>", "")}),
    # Contact
    ("QF401", "an address elsewhere", {ABOUT_PARTIAL: "{% if portfolio.email %}<p>{{ portfolio.email }}</p>{% endif %}"}),
    ("QF401", "an address in disguise", extra("{% if portfolio.email %}{% set e = portfolio.email %}<a href=\"{{ 'mailto:' ~ e }}\">x</a>{% endif %}")),
    ("QF402", "an address without a test", extra('<p class="contact">{{ portfolio.email or "" }}</p>')),
    ("QF403", "a form to elsewhere", extra('<form action="/search"></form>')),
    ("QF403", "a form without a test", extra('<form action="{{ site.contact_endpoint }}"></form>')),
    ("QF404", "a telephone link", extra('<a href="tel:123">x</a>')),
    # Safety
    ("QF501", "unescaped text", extra("{{ portfolio.name|safe }}")),
    ("QF502", "no escaping", extra("{% autoescape false %}{{ portfolio.name }}{% endautoescape %}")),
    ("QF503", "an unquoted attribute", extra("<p class={{ portfolio.name }}>x</p>")),
    ("QF504", "a tag's name", extra("<{{ portfolio.name }}>")),
    ("QF504", "an attribute's name", extra("<p data-{{ portfolio.name }}>x</p>")),
    ("QF505", "a value in data", extra('<script type="application/json">{{ portfolio.name }}</script>')),
    ("QF506", "a text as an address", extra('<a href="{{ portfolio.name }}">x</a>')),
    ("QF506", "a mail address without mailto:", {CONTACT: ('href="mailto:', 'href="')}),
    ("QF506", "an address through a macro", extra('{% macro m(to) %}<a href="{{ to }}">x</a>{% endmacro %}{{ m(portfolio.headline) }}')),
    ("QF507", "an address in srcset", extra('{% if portfolio.photo %}<img src="{{ portfolio.photo }}" srcset="{{ portfolio.photo }}" alt="" width="9" height="9" referrerpolicy="no-referrer">{% endif %}')),
    ("QF508", "a script", extra("<script>x()</script>")),
    ("QF508", "a script of the theme", extra("<script src=\"{{ asset('icon.svg') }}\"></script>")),
    ("QF509", "a style", extra("<style>p { color: red }</style>")),
    ("QF509", "a style attribute", extra('<p style="color: red">x</p>')),
    ("QF510", "an event handler", extra('<p onclick="x()">x</p>')),
    ("QF511", "a script as an address", extra('<a href="javascript:x()">x</a>')),
    ("QF512", "a frame", extra("<iframe title=\"x\"></iframe>")),
    # Requests and media
    ("QF601", "a picture elsewhere", extra('<img src="https://cdn.example/x.png" alt="" width="1" height="1">')),
    ("QF601", "a style sheet elsewhere", {REDIRECT: ("</head>", '<link rel="preload" href="//cdn.example/x.css">\n</head>')}),
    ("QF602", "a file without asset()", extra('<img src="/assets/x.png" alt="" width="1" height="1">')),
    ("QF603", "no alternative text", photo(f"{SIZE} {QUIET}")),
    ("QF604", "no height", photo(f'alt="" width="9" {QUIET}')),
    ("QF605", "a list of pictures at once", extra('{% for p in portfolio.projects %}{% for m in p.media %}<img src="{{ m.url }}" alt="" width="9" height="9" referrerpolicy="no-referrer">{% endfor %}{% endfor %}')),
    ("QF605", "a film at once", extra("<video src=\"{{ asset('icon.svg') }}\" width=\"9\" height=\"9\" controls></video>")),
    ("QF606", "another window", extra('<a href="/" target="_blank">x</a>')),
    ("QF607", "a host that is told", photo(f'alt="" {SIZE}')),
    # Settings and words
    ("QF701", "a setting that isn't declared", extra("{{ settings.layuot }}")),
    ("QF702", "a setting that isn't used", {"theme.toml": AIRY}),
    ("QF703", "a word", extra("{{ words.abuot }}")),
    ("QF703", "a word of a table", extra("{{ words.links.gitlab }}")),
    ("QF704", "a word that nobody prints", {ENGLISH: 'ahoy = "Ahoy"\n', GERMAN: 'ahoy = "Ahoi"\n', **OTHERS('ahoy = "x"')}),
    ("QF704", "a word that English lacks", {GERMAN: 'ahoi = "Ahoi"\n'}),
    ("QF705", "a language that lacks a word", {ENGLISH: 'ahoy = "Ahoy"\n', **OTHERS('ahoy = "x"'), **extra("{{ words.ahoy }}")}),
    ("QF706", "other places for values", word('ahoy = "Ahoy %(name)s"', 'ahoy = "Ahoi %(nmae)s"', "{{ words.ahoy|format(name=1) }}") | OTHERS('ahoy = "%(name)s"')),
    ("QF707", "a plural form", {ENGLISH: '[cats]\nother = "%(n)s cats"\n', **{f"strings/{it}.toml": '[cats]\none = "x"\ntwo = "x"\nfew = "x"\nmany = "x"\nzero = "x"\nother = "x"\n' for it in ("de", "es", "ar", "ja")}, **extra("{{ words.cats|plural(2) }}")}),
    ("QF708", "a value that a word needs", extra("{{ words.picture|format(title=1) }}")),
    ("QF709", "a percent sign", word('ahoy = "100 % %(name)s"', 'ahoy = "%(name)s"', "{{ words.ahoy|format(name=1) }}")),
    ("QF709", "words that are no TOML", {ENGLISH: "ahoy = \n"}),
    ("QF710", "a place left open", extra("{{ words.picture }}")),
    # theme.toml and style sheets
    ("QF801", "no TOML", {"theme.toml": "name = \n"}),
    ("QF801", "no version", {"theme.toml": ABOUT.replace('version = "1.0.0"\n', "")}),
    ("QF801", "an import that isn't there", {SHEET: '@import "_bsae.css";\n'}),
    ("QF802", "a key", {"theme.toml": 'licnese = "MIT"\n' + ABOUT}),
    ("QF802", "a key of a setting", {"theme.toml": AIRY + "longst = 3\n", **extra("{{ settings.airy }}")}),
    ("QF803", "a later contract", {"theme.toml": ABOUT.replace(">=1.0,<2", ">=2")}),
    ("QF804", "a parent that isn't there", {"theme.toml": ABOUT.replace('"emerald"', '"emarald"')}),
    ("QF805", "a circle", {"theme.toml": ABOUT.replace('"emerald"', '"trial"')}),
    ("QF806", "no licence", {"theme.toml": ABOUT.replace('licence = "MIT"\n', "")}),
    ("QF807", "no contract", {"theme.toml": ABOUT.replace('requires = ">=1.0,<2"\n', "")}),
    ("QF821", "no CSS", sheet("p { color red; }")),
    ("QF822", "a file", sheet('p { background: url("dots.svg"); }')),
    ("QF822", "an import that stays", sheet('@import url("other.css");')),
    ("QF823", "a file elsewhere", sheet("p { background: url(https://cdn.example/x.png); }")),
    ("QF824", "a font", sheet("@font-face { font-family: x; src: local(x); }")),
    ("QF825", "no dark", {SHEET: "@media print { body { color: #000; } }"}),
    ("QF826", "motion", {SHEET: "@media print { p { color: #000 } }\n@media (prefers-color-scheme: dark) { p { color: #fff } }\np { transition: color 1s; }"}),
    ("QF827", "a custom property", sheet("p { color: var(--paln); }")),
]  # fmt: skip
"""Code, what is wrong, and how it comes about."""

FINE: list[tuple[str, Changes]] = [
    ("tested before", extra("{% if portfolio.location %}{{ portfolio.location }}{% endif %}")),
    ("tested with and", extra('<p class="{{ "x" if portfolio.website and portfolio.website|bare_url }}">x</p>')),
    ("not none", extra("{% if portfolio.hourly_rate is not none %}{{ portfolio.hourly_rate|number }}{% endif %}")),
    ("or", extra("{{ portfolio.location or 'Earth' }}")),
    ("default", extra("{{ portfolio.location|default('Earth', true) }}")),
    ("nested", jobs("{% if job.period.start %}{{ job.period.start.iso }}{% endif %}")),
    ("else of none", jobs("{% if job.period.start is none %}x{% else %}{{ job.period.start.year }}{% endif %}")),
    ("inline if", jobs("{{ job.period.start.year if job.period.start }}")),
    ("set, then tested", extra("{% set at = portfolio.location %}{% if at %}{{ at }}{% endif %}")),
    ("tested by a variable", extra("{% set has = portfolio.location %}{% if has %}{{ portfolio.location }}{% endif %}")),
    ("every kind covered", extra('{% for l in portfolio.links %}{% if l.kind in ("github", "devto") %}{{ {"github": 1, "devto": 2}[l.kind] }}{% endif %}{% endfor %}')),
    ("filtered loop", extra("{% for p in portfolio.projects if p.live_url %}<a href=\"{{ p.live_url }}\">x</a>{% endfor %}")),
    ("selectattr", extra("{{ portfolio.projects|selectattr('featured')|map(attribute='name')|join(', ') }}")),
    ("groupby", extra("{% for kind, links in portfolio.links|groupby('kind') %}{{ kind }}{% for l in links %}{{ l.url }}{% endfor %}{% endfor %}")),
    ("namespace", extra("{% set ns = namespace(n=0) %}{% for l in portfolio.links %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}")),
    ("recursive loop", extra("{% for l in portfolio.links recursive %}{{ l.url }}{% endfor %}")),
    ("call", extra("{% macro box() %}<p>{{ caller() }}</p>{% endmacro %}{% call box() %}{{ portfolio.name }}{% endcall %}")),
    ("a macro that calls itself", extra("{% macro m(n) %}{{ n }}{% if n > 1 %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}")),
    ("set block", extra("{% set x %}<b>{{ portfolio.name }}</b>{% endset %}{{ x }}")),
    ("super", {"templates/portfolio.html": '{% extends "emerald:portfolio.html" %}\n{% block hero %}{{ super() }}{% endblock %}'}),
    ("a block in a block", {"templates/page.html": '{% extends "base.html" %}\n{% block main %}<h1>{{ page.title }}</h1>{% block mine %}{{ content }}{% endblock %}{% endblock %}'}),
    ("one h1 or another", extra("{% if portfolio.location %}<h2>a</h2>{% else %}<h2>b</h2>{% endif %}")),
    ("a heading's level", extra('{% macro m(tag) %}<{{ tag }}>x</{{ tag }}>{% endmacro %}{{ m("h3") }}')),
    ("an address of the site", extra("<a href=\"{{ site.path('about/') }}\">x</a><a href=\"{{ site.home ~ 'about/' }}\">x</a>")),
    ("an anchor", extra('{% for p in portfolio.projects %}<a href="#p-{{ p.id }}">x</a>{% endfor %}')),
    ("a link elsewhere", extra('<a href="https://example.org/">x</a>')),
    ("a table of words", extra("{% for l in portfolio.links %}{{ words.links[l.kind] }}{% endfor %}")),
    ("a word by key", extra('{{ words["about"] }}')),
    ("a setting that is used", {"theme.toml": AIRY, **extra("{{ 'x' if settings.airy }}")}),
    ("a part of a style sheet", {SHEET: '@import "_mine.css";\n@import "theme.css";\n', "static/_mine.css": "p { color: red; }\n"}),
    ("a fallback", sheet("p { color: var(--never, red); }")),
    ("still motion", sheet("p { transition: none; }")),
    ("a template's own variables", extra("{% with a = 1, b = portfolio.name %}{{ a }}{{ b }}{% endwith %}")),
    ("include that may miss", extra('{% include "perhaps.html" ignore missing %}')),
    ("defined", extra("{% if nothing is defined %}{{ nothing }}{% endif %}")),
    ("text's own methods", extra("{{ portfolio.name.split(' ')[0].upper() }}")),
    ("items of a table", extra("{% for key, text in words.links.items() %}{{ key }}{{ text }}{% endfor %}")),
]  # fmt: skip
"""What is unusual, and no mistake."""
