"""The contact rules: an address is shown in its section only, and where its owner wants it."""

from generator.check.kinds import origins
from generator.check.markup import Element, Markup, Printed
from generator.check.notes import Notes

EMAIL = "Portfolio.email"
ENDPOINT = "Site.contact_endpoint"


def check_contact(page: Markup, notes: Notes) -> None:
    """Note an e-mail address out of its place, a form that leads elsewhere, a telephone number."""
    for printed in page.printed(EMAIL):
        _check_email(printed, notes)
    for form in page.all("form"):
        action = form.get("action")
        values = action.values if action else ()
        if not any(value.kind and ENDPOINT in origins(value.kind) for value in values):
            notes.add(
                "QF403", form.file, form.line, "the form doesn't post to the contact endpoint"
            )
        elif ENDPOINT not in form.piece.tested:
            message = "the form is there even where site.contact_endpoint is empty"
            notes.add("QF403", form.file, form.line, message)
    for element in page.elements:
        if element.text("href").lower().startswith("tel:"):
            notes.add("QF404", element.file, element.line, "a link to a telephone number")


def _check_email(printed: Printed, notes: Notes) -> None:
    piece = printed.piece
    section = next((it for it in reversed(printed.within) if _is_contact(it)), None)
    if section is None:
        message = "the e-mail address stands outside of the contact section"
        notes.add("QF401", piece.file, piece.line, message)
    if EMAIL not in piece.tested:
        notes.add("QF402", piece.file, piece.line, "the e-mail address is printed without a test")
    elif section is not None and EMAIL not in section.piece.tested:
        message = "the contact section is there even where there is no address"
        notes.add("QF402", section.file, section.line, message)


def _is_contact(element: Element) -> bool:
    names = element.words("class") | element.words("id")
    return any(name == "contact" or name.startswith("contact-") for name in names)
