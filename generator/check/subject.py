"""The theme that is checked: its templates as trees, and what they may name."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import FunctionLoader, TemplateSyntaxError, nodes

from generator.check.kinds import (
    UNKNOWN,
    Fields,
    Function,
    Kind,
    Listing,
    Number,
    Record,
    Table,
    Text,
    Truth,
    kind_of,
)
from generator.contract.structs import fields
from generator.contract.templates import Given, structs, templates
from generator.render.environment import Environment
from generator.render.language import Language
from generator.render.site import Site
from generator.theme.about import Setting
from generator.theme.folder import Folder
from generator.theme.theme import Theme
from generator.theme.words import ENGLISH, Word, is_counted

_PLACE = re.compile(r"%\((\w+)\)s")


class Subject:
    """A theme with its parents, as the check sees it."""

    def __init__(self, theme: Theme, chain: tuple[Folder, ...]) -> None:
        self.theme = theme
        self.chain = chain
        self.templates = theme.templates
        self.static = frozenset(asset.name for asset in theme.assets)
        self.is_abstract = theme.about.abstract
        """Whether others inherit from it only, and have the files that it names."""
        self.contexts = templates()
        loader = FunctionLoader(lambda _name: None)
        self._environment = Environment(loader, filters=Language(ENGLISH).filters)
        self._trees: dict[str, nodes.Template | None] = {}
        self.broken: dict[str, TemplateSyntaxError] = {}
        """By file, what is wrong with the syntax of those that were to be read."""

    @cached_property
    def filters(self) -> Mapping[str, Any]:
        """By name."""
        return self._environment.filters

    @cached_property
    def tests(self) -> Mapping[str, Any]:
        """By name."""
        return self._environment.tests

    def file(self, name: str) -> str:
        """Where a template stands."""
        return str(self.templates[name].path)

    def tree(self, name: str) -> nodes.Template | None:
        """A template that has been parsed; None where its syntax is wrong."""
        if name not in self.templates:
            return None
        file = self.file(name)
        if file not in self._trees:
            try:
                tree = self._environment.parse(self.templates[name].text, name, file)
            except TemplateSyntaxError as error:
                tree, self.broken[file] = None, error
            self._trees[file] = tree
        return self._trees[file]

    def compile(self, name: str) -> None:
        """Compile a template.

        Raises:
            TemplateSyntaxError: It can't be compiled.
        """
        source = self.templates[name]
        self._environment.compile(source.text, name, str(source.path), raw=True)

    @cached_property
    def words(self) -> dict[str, Word]:
        """The English words, which are complete."""
        return self.theme.strings.words(ENGLISH)

    @cached_property
    def globals(self) -> dict[str, Kind]:
        """What every template can name."""
        built_in = {name: Function(name, UNKNOWN) for name in self._environment.globals}
        return {
            **built_in,
            "site": Record(Site),
            "asset": Function("asset", Text("asset")),
            "words": Fields("words", tuple(map(_word, self.words.items()))),
        }

    @cached_property
    def settings(self) -> Kind:
        """`settings` of a template."""
        return Fields("settings", tuple(map(_setting, self.theme.schema.settings.items())))

    @cached_property
    def placeholders(self) -> dict[str, frozenset[str]]:
        """By word (`words.picture`), what its text has a place for."""
        return {f"words.{name}": places(word) for name, word in self.words.items()}

    @cached_property
    def variables(self) -> dict[str, frozenset[str]]:
        """By variable, the templates that are given it."""
        names = {name for it in self.contexts for name in it.context}
        return {
            name: frozenset(it.template for it in self.contexts if name in it.context)
            for name in names
        }

    @cached_property
    def markdown(self) -> frozenset[str]:
        """The fields that hold Markdown, as their descriptions say."""
        return frozenset(
            f"{struct.__name__}.{it.name}"
            for struct in structs(self.contexts)
            for it in fields(struct)
            if "Markdown" in it.about
        )

    def context(self, given: Given) -> dict[str, Kind]:
        """The variables of a template, with their kinds."""
        kinds = {name: _kind(name, value) for name, value in given.context.items()}
        return {**kinds, **self.globals, "settings": self.settings}

    @staticmethod
    def sure(template: str) -> frozenset[str]:
        """The fields that hold something wherever this template is used.

        Only a hand-written page, the one for what is not there, has no address.
        """
        return frozenset() if template == "page.html" else frozenset({"Head.canonical"})

    def is_own(self, file: str) -> bool:
        """Whether a file is the theme's own, and not a parent's."""
        return Path(file).is_relative_to(self.chain[0].path)


def _kind(name: str, value: object) -> Kind:
    """The kind of an example."""
    if isinstance(value, tuple):
        return Listing(_kind(name, value[0]))
    return kind_of(type(value), name)


def places(word: Word) -> frozenset[str]:
    """The values that a word, or a table of words, has places for."""
    return frozenset().union(*map(text_places, [word] if isinstance(word, str) else word.values()))


def text_places(text: str) -> frozenset[str]:
    """The values that a text has places for: `%(title)s`."""
    return frozenset(_PLACE.findall(text))


def _word(item: tuple[str, Word]) -> tuple[str, Kind]:
    name, word = item
    origin = f"words.{name}"
    if isinstance(word, str):
        return name, Text(origin)
    if is_counted(word):
        return name, Table((("other", Text(origin)),), origin)
    return name, Table(tuple((key, Text(f"{origin}.{key}")) for key in word), origin)


def _setting(item: tuple[str, Setting]) -> tuple[str, Kind]:
    name, setting = item
    origin = f"settings.{name}"
    match setting.type:
        case "choice":
            return name, Text(origin, frozenset(setting.choices))
        case "boolean":
            return name, Truth(origin)
        case "number":
            return name, Number(origin)
    return name, Text(origin)
