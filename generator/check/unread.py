"""Names that templates set or import, and that nothing reads."""

from collections.abc import Iterable, Iterator

from jinja2 import nodes

from generator.check.notes import Notes
from generator.check.subject import Subject


def check_unread(subject: Subject, heirs: Iterable[Subject], notes: Notes) -> None:
    """Note variables and macros of the theme's own that no template reads.

    Args:
        subject: The theme.
        heirs: It, and the themes that inherit from it.
        notes: Where to note it.
    """
    read: set[str] = set()
    for heir in heirs:
        for name in heir.templates:
            read.update(_read(heir.tree(name)))
    for name in subject.chain[0].templates:
        for given, line in _given(subject.tree(name)):
            if given not in read:
                notes.add("QF209", subject.file(name), line, f"nothing reads `{given}`")


def _given(tree: nodes.Template | None) -> Iterator[tuple[str, int]]:
    """The names that a template gives to something, with the line."""
    for node in tree.find_all((nodes.Stmt,)) if tree else ():
        if isinstance(node, nodes.Assign | nodes.AssignBlock):
            targets = [node.target, *node.target.find_all(nodes.Name)]
            names = [it.name for it in targets if isinstance(it, nodes.Name)]
        elif isinstance(node, nodes.Macro):
            names = [node.name]
        elif isinstance(node, nodes.Import):
            names = [node.target]
        elif isinstance(node, nodes.FromImport):
            names = [it if isinstance(it, str) else it[1] for it in node.names]
        else:
            continue
        yield from ((name, node.lineno) for name in dict.fromkeys(names) if name[0] != "_")


def _read(tree: nodes.Template | None) -> Iterator[str]:
    """The names that a template reads, as variables or as fields of an imported template."""
    for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.FromImport)) if tree else ():
        if isinstance(node, nodes.Getattr):
            yield node.attr
        elif isinstance(node, nodes.FromImport):
            yield from (it[0] for it in node.names if not isinstance(it, str))
        elif isinstance(node, nodes.Name) and node.ctx == "load":
            yield node.name
