"""Every rule of `qwikfolio theme check`: code, level, what it holds, and how to mend it."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from generator.check.finding import Level


class Rule(msgspec.Struct, frozen=True):
    """One thing that is held of every theme."""

    code: str
    level: Level
    what: str
    """What a theme must do, or must not."""
    fix: str
    """What to do where it doesn't."""


def _rules(level_and_text: Mapping[str, tuple[Level, str, str]]) -> Mapping[str, Rule]:
    return {code: Rule(code, *told) for code, told in level_and_text.items()}


_NAMES: dict[str, tuple[Level, str, str]] = {
    "QF101": (
        "error",
        "A template is what Jinja can compile.",
        "mend the syntax; docs/themes.md shows how templates are written",
    ),
    "QF102": (
        "error",
        "A variable is one of the template's context, or set before it is read.",
        "use a variable of docs/theme-context.md",
    ),
    "QF103": (
        "error",
        "A field is one that the value has: through loops, macros, partials and filters.",
        "use a field of docs/theme-context.md",
    ),
    "QF104": (
        "error",
        "An item is one that the table or the list has.",
        "add the item, or test for it with `in`",
    ),
    "QF105": ("error", "A filter exists.", "use a filter of docs/theme-context.md"),
    "QF106": ("error", "A test (`is …`) exists.", "use one of Jinja's tests"),
    "QF107": (
        "error",
        "A filter is given what it takes.",
        "docs/theme-context.md says what each filter takes",
    ),
    "QF108": (
        "error",
        "Nothing is read of a value that may be none: the page would fail.",
        "test the value first",
    ),
    "QF109": (
        "warning",
        "What may be none is tested before it is printed, compared or given to a filter.",
        "put it in {% if … %}, or test it with `is not none` where 0 counts",
    ),
    "QF110": (
        "error",
        "What is printed is text, a number or HTML: no list, no record, no function.",
        "print one of its fields, or loop over it",
    ),
    "QF111": ("error", "A loop goes over a list.", "loop over a list of docs/theme-context.md"),
    "QF112": (
        "error",
        "A macro or a function is called with what it takes, and nothing else is called.",
        "compare the call with the macro's own line",
    ),
    "QF113": (
        "warning",
        "Markdown goes through the filter `markdown`.",
        "write `|markdown(level=3)`, with the level below the heading it stands under",
    ),
    "QF114": (
        "error",
        "`asset` names a file of static/ that is published.",
        "add the file, or mend the name; names that begin with `_` are for @import only",
    ),
    "QF115": (
        "warning",
        "A text that can be a few things only is compared with one of these.",
        "compare it with a value of docs/theme-context.md or theme.toml",
    ),
}

_TEMPLATES: dict[str, tuple[Level, str, str]] = {
    "QF201": (
        "error",
        "The theme has, or inherits, every template that a build renders.",
        "add the template, or inherit from a theme that has it",
    ),
    "QF202": (
        "error",
        "A template that is extended, included or imported exists.",
        "add the template, or mend the name",
    ),
    "QF203": (
        "warning",
        "Every template of the theme is used.",
        "include it, or take it away",
    ),
    "QF204": (
        "warning",
        "A block that a template overrides is one that a parent prints.",
        "mend the block's name, or take it away",
    ),
    "QF205": (
        "warning",
        "A template that extends another prints within blocks only.",
        "move it into a block",
    ),
    "QF206": ("error", "No template includes or extends itself.", "break the circle"),
    "QF207": (
        "warning",
        "Which template is included can be known before a page is made.",
        "write its name, or choose between names with {% if … %}",
    ),
    "QF208": (
        "error",
        "What is imported from a template is there.",
        "mend the name, or add the macro",
    ),
}

_PARTS: dict[str, tuple[Level, str, str]] = {
    "QF301": (
        "error",
        "A page has one <title>, with page.title in it.",
        "write <title>{{ page.title }}</title> into <head>",
    ),
    "QF302": (
        "error",
        "<html> has the site's language.",
        'write <html lang="{{ site.language }}">',
    ),
    "QF303": (
        "warning",
        "<html> says which way the site's language reads.",
        'write <html dir="{{ site.direction }}">',
    ),
    "QF304": (
        "error",
        "A page fits a phone, and can be zoomed.",
        'write <meta name="viewport" content="width=device-width, initial-scale=1">',
    ),
    "QF305": ("error", "A page says that it is UTF-8.", 'write <meta charset="utf-8">'),
    "QF306": (
        "error",
        "A page has one description, page.description.",
        'write <meta name="description" content="{{ page.description }}">',
    ),
    "QF307": (
        "error",
        "A page has one canonical link, page.canonical.",
        'write {% if page.canonical %}<link rel="canonical" href="{{ page.canonical }}">'
        "{% endif %}",
    ),
    "QF308": (
        "error",
        "A page prints page.beacon once, in <body>: the hook of what counts visits.",
        "write {{ page.beacon }} before </body>",
    ),
    "QF309": (
        "error",
        "The first link of a page skips to its content.",
        'begin <body> with <a href="#main">…</a>, and give <main> that id',
    ),
    "QF310": (
        "error",
        "A page has one <h1>.",
        "make one heading of the page an <h1>, and no other",
    ),
    "QF311": (
        "error",
        "A page has one style sheet, of the theme's own files.",
        'write <link rel="stylesheet" href="{{ asset(\'theme.css\') }}">',
    ),
    "QF312": (
        "warning",
        "The style sheet has rules for paper.",
        "add `@media print { … }`, or import a part that has it",
    ),
    "QF313": ("error", "A page begins with <!doctype html>.", "write <!doctype html> first"),
}

_CONTACT: dict[str, tuple[Level, str, str]] = {
    "QF401": (
        "error",
        "A person's e-mail address stands in the contact section only.",
        'put it in an element with the class or id "contact"',
    ),
    "QF402": (
        "error",
        "A person's e-mail address, and the section around it, is printed under a test of it.",
        "put the section in {% if portfolio.email %}",
    ),
    "QF403": (
        "error",
        "A contact form posts to site.contact_endpoint, and is there only where that is.",
        'put <form method="post" action="{{ site.contact_endpoint }}"> in '
        "{% if site.contact_endpoint %}",
    ),
    "QF404": ("error", "No page has a telephone number.", "take it out"),
}

_SAFETY: dict[str, tuple[Level, str, str]] = {
    "QF501": (
        "error",
        "Nobody's text is printed unescaped: no `|safe`.",
        "take `|safe` off; `markdown` gives HTML that is safe already",
    ),
    "QF502": (
        "error",
        "Escaping is never turned off.",
        "take {% autoescape false %} out",
    ),
    "QF503": (
        "error",
        "An attribute that holds a value is quoted.",
        'put double quotes around it: class="{{ … }}"',
    ),
    "QF504": (
        "error",
        "A value is no tag's or attribute's name, or part of one.",
        "write the name out, and choose between names with {% if … %}",
    ),
    "QF505": (
        "error",
        "A value stands in no style and no script, but page.structured_data.",
        "put it into an attribute, like data-…, and let the style sheet read that",
    ),
    "QF506": (
        "error",
        "What begins an address is an address: of the context, of asset() or of site.path().",
        "use a field of docs/theme-context.md that is an address, or write the beginning out",
    ),
    "QF507": (
        "error",
        "A person's addresses stand in href and src, and in no other attribute that loads.",
        "use href or src",
    ),
    "QF508": (
        "error",
        "No script is written into a page: the site's policy would not run it.",
        "do it in CSS; pages work without JavaScript",
    ),
    "QF509": (
        "error",
        "No style is written into a page: the site's policy would not apply it.",
        "put it into the style sheet",
    ),
    "QF510": (
        "error",
        "No element has an event handler (`on…`): the site's policy would not run it.",
        "do it in CSS; pages work without JavaScript",
    ),
    "QF511": (
        "error",
        "No address is `javascript:`, `data:` or `vbscript:`.",
        "use an address that leads somewhere",
    ),
    "QF512": (
        "error",
        "A page has no element that the site's policy blocks: frames, objects, <base>.",
        "link to it instead",
    ),
}

_REQUESTS: dict[str, tuple[Level, str, str]] = {
    "QF601": (
        "error",
        "A page asks no other host for anything but the person's pictures and films.",
        "put the file into static/, and name it by asset()",
    ),
    "QF602": (
        "error",
        "A file of the theme is named by asset(), which changes its name with its content.",
        "write {{ asset('…') }}",
    ),
    "QF603": (
        "error",
        "Every <img> has an alternative text.",
        'write alt="…"; alt="" where the picture only decorates',
    ),
    "QF604": (
        "error",
        "Every <img>, and every <video>, has its size, so that nothing moves when it arrives.",
        "write width and height, in pixels",
    ),
    "QF605": (
        "warning",
        "Pictures in a list are loaded when they are needed, and films when they are wanted.",
        'write loading="lazy" on <img>, preload="none" on <video>',
    ),
    "QF606": (
        "error",
        "A link that opens another window keeps that from its opener.",
        'write rel="noopener", or leave target out',
    ),
    "QF607": (
        "warning",
        "A picture's host isn't told which page is read.",
        'write referrerpolicy="no-referrer"',
    ),
}

_WORDS: dict[str, tuple[Level, str, str]] = {
    "QF701": (
        "error",
        "A setting that a template reads is declared in theme.toml.",
        "declare it as [settings.…], or mend the name",
    ),
    "QF702": (
        "warning",
        "A setting that is declared is read by some template.",
        "use it, or take it out of theme.toml",
    ),
    "QF703": (
        "error",
        "A word that a template prints is in strings/en.toml.",
        "add it to strings/en.toml, or mend the name",
    ),
    "QF704": (
        "warning",
        "A word that is there is printed by some template.",
        "take it out of strings/",
    ),
    "QF705": (
        "warning",
        "Every language has every word of English.",
        "translate it; until then English is shown",
    ),
    "QF706": (
        "error",
        "A word has the same places for values in every language.",
        "write the same %(…)s as in English",
    ),
    "QF707": (
        "warning",
        "A counted word has a form for each plural category of its language.",
        "add the form; until then `other` is shown",
    ),
    "QF708": (
        "error",
        "A word is given every value that it has a place for.",
        "write it into `format(…)`",
    ),
    "QF709": (
        "error",
        "Words can be read, and `%` begins a place for a value only.",
        "mend the file; write %% for a percent sign in a word that is formatted",
    ),
    "QF710": (
        "warning",
        "A word with places for values is printed through `format` or `plural`.",
        "write `|format(name=…)`",
    ),
}

_FILES: dict[str, tuple[Level, str, str]] = {
    "QF801": (
        "error",
        "The theme can be loaded.",
        "see docs/themes.md",
    ),
    "QF802": (
        "error",
        "theme.toml has known keys only.",
        "mend the key; docs/theme-context.md lists them all",
    ),
    "QF803": (
        "error",
        "`requires` includes this version of the contract.",
        "adapt the theme, and mend `requires`",
    ),
    "QF804": (
        "error",
        "The theme that is inherited from is there.",
        "mend `inherits`, or install that theme",
    ),
    "QF805": ("error", "No theme inherits from itself.", "mend `inherits`"),
    "QF806": (
        "warning",
        "theme.toml says under which licence others may use the theme.",
        'write licence = "MIT", or another',
    ),
    "QF807": (
        "warning",
        "theme.toml says what contract it is made for, so that a later one is told apart.",
        'write requires = ">=1.0,<2"',
    ),
    "QF821": ("error", "A style sheet is CSS.", "mend the syntax"),
    "QF822": (
        "error",
        "A style sheet refers to no file: names change with the content.",
        "draw it in CSS, or put the picture into the template with asset()",
    ),
    "QF823": (
        "error",
        "A style sheet asks no other host for anything.",
        "put what is needed into the style sheet itself",
    ),
    "QF824": (
        "error",
        "A style sheet loads no font: the site's policy would block it.",
        "name fonts that people have, and end with serif or sans-serif",
    ),
    "QF825": (
        "warning",
        "The style sheet has colours for the dark.",
        "add `@media (prefers-color-scheme: dark)`, or `light-dark(…)`",
    ),
    "QF826": (
        "warning",
        "What moves, moves less for who asks for that.",
        "put it into `@media (prefers-reduced-motion: no-preference)`",
    ),
    "QF827": (
        "warning",
        "A custom property that is used is set somewhere, or has a value to fall back on.",
        "set it, or mend its name",
    ),
}

_RENDERED: dict[str, tuple[Level, str, str]] = {
    "QF901": (
        "error",
        "Everybody's page can be made.",
        "mend the template",
    ),
    "QF902": ("error", "Pages are valid HTML (Nu HTML checker).", "mend the element"),
    "QF903": (
        "error",
        "axe finds no barrier that is serious or critical, by day and by night.",
        "see the page that the message names",
    ),
    "QF904": (
        "error",
        "Text stands out from what is behind it by 4.5:1 at least, controls by 3:1.",
        "make one of the two colours lighter or darker",
    ),
    "QF905": (
        "error",
        "Nothing scrolls sideways on a screen 320 pixels wide.",
        "let it wrap or shrink: overflow-wrap, minmax(0, 1fr), max-inline-size: 100%",
    ),
    "QF906": (
        "error",
        "A browser complains of nothing on a page, and asks other hosts for nothing.",
        "mend what the message names",
    ),
    "QF999": (
        "error",
        "Everything is checked.",
        "install what is missing, or leave this part out with --quick",
    ),
}

FAMILIES: Mapping[str, Mapping[str, Rule]] = MappingProxyType(
    {
        "Names and values": _rules(_NAMES),
        "Templates": _rules(_TEMPLATES),
        "What every page has": _rules(_PARTS),
        "Contact": _rules(_CONTACT),
        "Safety": _rules(_SAFETY),
        "Requests and media": _rules(_REQUESTS),
        "Settings and words": _rules(_WORDS),
        "theme.toml and style sheets": _rules(_FILES),
        "As rendered": _rules(_RENDERED),
    }
)
"""The rules by what they are about."""

RULES: Mapping[str, Rule] = MappingProxyType(
    {code: rule for family in FAMILIES.values() for code, rule in family.items()}
)
"""By code."""
