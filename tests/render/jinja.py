"""The same templates by our environment and by Jinja's own sandbox, to be compared."""

import re
from collections.abc import Mapping

from jinja2 import DictLoader, Environment, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.render import environment
from generator.render.language import Language
from generator.render.own_filters import FILTERS

Templates = Mapping[str, str]
_ADDRESS = re.compile(r"0x[0-9a-f]+", re.IGNORECASE)


def plain(templates: Templates, **globals_: object) -> Environment:
    """Jinja as it comes."""
    made = ImmutableSandboxedEnvironment(
        loader=DictLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    made.filters.update(Language("en").filters)
    made.globals.update(globals_)
    return made


def ours(templates: Templates, **globals_: object) -> environment.Environment:
    """Ours, which learns on a first page what it may read more directly on a second."""
    made = environment.Environment(DictLoader(templates), None, Language("en").filters)
    made.globals.update(globals_)
    return made


def outcome(made: Environment, name: str, context: Mapping[str, object]) -> str:
    """What becomes of a page when it is drawn for the second time: its text, or its error."""
    for _ in range(2):
        try:
            if isinstance(made, environment.Environment):
                text = made.draw(name, context)
            else:
                template = made.get_template(name)
                text = "".join(template.root_render_func(template.new_context(dict(context))))
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
    return _ADDRESS.sub("0x", text)
