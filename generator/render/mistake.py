"""A mistake in a template, as its author needs to hear of it: what, where, and what was meant."""

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from traceback import walk_tb

import msgspec
from jinja2 import Environment, TemplateError, TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.runtime import Context, Undefined
from jinja2.utils import missing

from generator.errors import ThemeError
from generator.render.compiler import places
from generator.theme.folder import Source
from generator.theme.theme import Theme

_QUALIFIED = re.compile(r"'(?:\w+\.)+(\w+) object'")
_NO_FILTER = re.compile(r"No (filter|test) named '(\w+)'")
_NO_TAG = re.compile(r"Encountered unknown tag '(\w+)'")
_NO_ASSET = re.compile(r"static/ has no file '([^']*)'")
_NO_EXPORT = re.compile(r"the template '([^']+)' .*does not export the requested name '(\w+)'")
_LOCAL = re.compile(r"l_\d+_(\w+)")
_TAGS = (
    "block", "call", "elif", "else", "endblock", "endcall", "endfilter", "endfor", "endif",
    "endmacro", "endraw", "endset", "endwith", "extends", "filter", "for", "from", "if", "import",
    "include", "macro", "raw", "set", "with",
)  # fmt: skip


class Place(msgspec.Struct, frozen=True):
    """A line of a template."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class TemplateMistakeError(ThemeError):
    """A template failed, when it was compiled or when it was filled.

    Args:
        reason: What went wrong, in a few words.
        places: How it came there: from the page's own template, through what it extends, includes
            and calls, to the line itself, which is the last. Empty where that isn't known.
        folder: The theme's, which is named where no place is.
        suggestion: What was meant, perhaps: a field, a name, a filter, a file.
        expressions: What that line reads, like `portfolio.hourly_rate`; the one that failed first,
            if it is known.
    """

    def __init__(
        self,
        reason: str,
        *,
        places: tuple[Place, ...],
        folder: str,
        suggestion: str | None = None,
        expressions: tuple[str, ...] = (),
    ) -> None:
        meant = f"; did you mean {suggestion!r}?" if suggestion else ""
        super().__init__(
            f"the template failed: {reason}{meant}",
            where=str(places[-1]) if places else folder,
            fix="mend the template; see docs/themes.md",
        )
        self.reason = reason
        self.places = places
        self.suggestion = suggestion
        self.expressions = expressions


def blame(error: Exception, environment: Environment, theme: Theme) -> TemplateMistakeError:
    """The mistake behind an error that was raised while a template was compiled or filled."""
    found = [Place(file, line) for file, line in places(error)]
    if isinstance(error, TemplateSyntaxError) and error.filename:
        found.append(Place(error.filename, error.lineno))
    name, known = _wanted(error, environment, theme)
    near = get_close_matches(name, sorted(set(known)), n=1) if name else []
    return TemplateMistakeError(
        _reason(error),
        places=tuple(found),
        folder=str(theme.folder / "templates"),
        suggestion=near[0] if near else None,
        expressions=_expressions(environment, theme, found[-1], name) if found else (),
    )


def _reason(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name!r}"
    text = " ".join(str(error).split()) or type(error).__name__
    return _QUALIFIED.sub(r"'\1 object'", text)


def _wanted(
    error: Exception, environment: Environment, theme: Theme
) -> tuple[str, Collection[str]]:
    """The name that isn't there, and those that are."""
    if isinstance(error, TemplateNotFound):
        return str(error.name or ""), theme.templates.keys()
    if told := _told(str(error), environment, theme):
        return told
    undefined = _undefined(error)  # Jinja tells its particulars in the message only
    if undefined is None or not isinstance(name := undefined._undefined_name, str):
        return "", ()
    return name, set(_known_beside(undefined, error))


def _told(text: str, environment: Environment, theme: Theme) -> tuple[str, Collection[str]] | None:
    """The same, where only the message names it."""
    if found := _NO_FILTER.search(text):
        return found[2], (environment.filters if found[1] == "filter" else environment.tests).keys()
    if found := _NO_TAG.search(text):
        return found[1], _TAGS
    if found := _NO_ASSET.search(text):
        return found[1], [asset.name for asset in theme.assets]
    if found := _NO_EXPORT.search(text):
        return found[2], set(_exported(environment, theme.templates.get(found[1])))
    return None


def _undefined(error: Exception) -> Undefined | None:
    """What had no value, if that is what went wrong."""
    found = None
    for frame, _line in walk_tb(error.__traceback__):
        if isinstance(value := frame.f_locals.get("self"), Undefined):
            found = value
    return found


def _known_beside(undefined: Undefined, error: Exception) -> Iterator[str]:
    """The fields of the thing, or the variables, that could have been meant."""
    thing = undefined._undefined_obj
    if thing is missing:
        yield from _variables(error)
    elif isinstance(thing, Mapping):
        yield from (key for key in thing if isinstance(key, str))
    else:
        names = {*dir(type(thing)), *getattr(thing, "__dict__", ())}
        yield from (name for name in names if not name.startswith("_"))


def _variables(error: Exception) -> Iterator[str]:
    """The variables where it happened: the context's, and those that a template has set."""
    for frame, _line in walk_tb(error.__traceback__):
        if "__jinja_template__" not in frame.f_globals:
            continue
        context = frame.f_locals.get("context")
        if isinstance(context, Context):
            yield from context.get_all()
        for name, value in frame.f_locals.items():
            if (local := _LOCAL.fullmatch(name)) and value is not missing:
                yield local[1]


def _exported(environment: Environment, source: Source | None) -> Iterator[str]:
    """What a template has at its top, for others to import."""
    for node in _parse(environment, source).body:
        if isinstance(node, nodes.Macro):
            yield node.name
        elif isinstance(node, nodes.Assign | nodes.AssignBlock):
            targets = [node.target, *node.target.find_all(nodes.Name)]
            yield from (it.name for it in targets if isinstance(it, nodes.Name))


def _expressions(
    environment: Environment, theme: Theme, place: Place, wanted: str
) -> tuple[str, ...]:
    """What a line reads: each path once and whole, the one that failed first."""
    source = next((it for it in theme.templates.values() if str(it.path) == place.file), None)
    tree = _parse(environment, source)
    paths = dict.fromkeys(
        path
        for node in tree.find_all((nodes.Getattr, nodes.Name))
        if node.lineno == place.line and (path := _path(node))
    )
    whole = [it for it in paths if not any(other.startswith(f"{it}.") for other in paths)]
    return tuple(sorted(whole, key=lambda path: (path.rpartition(".")[2] != wanted, path)))


def _path(node: nodes.Node) -> str:
    """`portfolio.theme.id`; empty where it doesn't begin with a variable that is read."""
    if isinstance(node, nodes.Getattr):
        owner = _path(node.node)
        return owner and f"{owner}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) and node.ctx == "load" else ""


def _parse(environment: Environment, source: Source | None) -> nodes.Template:
    """A template's tree; an empty one where there is none to be had."""
    try:
        return environment.parse(source.text if source else "")
    except TemplateError:
        return nodes.Template([], lineno=1)
