"""Refuses XML that attacks its parser, before a tree is built. One pass of expat, in bounded memory."""

from __future__ import annotations

from xml.parsers import expat

MAX_DEPTH = 200  # real feeds with XHTML inside stay below 50
MAX_ELEMENTS = 300_000  # about 5 s of feedparser; feeds of a whole blog's history have some 10,000
MAX_ATTRIBUTES = 256  # of one element
MAX_ATTRIBUTE_CHARACTERS = 65_536  # of one element's attributes together
_STEP = 1 << 16


class DangerousXmlError(Exception):
    """The document declares entities, nests too deeply, or has too many elements or monstrous attributes."""


def check_xml(document: bytes) -> str | None:
    """Check a UTF-8 document.

    Returns:
        None if it is well-formed, else what is wrong and where.

    Raises:
        DangerousXmlError
    """
    # Counted in the raw bytes too: a lenient parser goes on where expat stops at a flaw.
    if document.count(b"<") > 2 * MAX_ELEMENTS:
        raise DangerousXmlError(f"it has more than {MAX_ELEMENTS:,} elements")
    watch = _Watch()
    parser = expat.ParserCreate("utf-8")
    parser.EntityDeclHandler = watch.entity
    parser.StartElementHandler = watch.start
    parser.EndElementHandler = watch.end
    parser.ordered_attributes = True
    try:
        for at in range(0, len(document), _STEP):
            parser.Parse(document[at : at + _STEP], False)
            watch.check_token(parser.CurrentByteIndex, at + _STEP)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        return str(error)
    return None


class _Watch:
    """What the parser has passed so far."""

    def __init__(self) -> None:
        self._depth = 0

    def entity(self, name: str, *_: object) -> None:
        raise DangerousXmlError(f"it declares the entity {name[:40]!r}")

    def start(self, _: str, attributes: list[str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise DangerousXmlError(f"its elements nest deeper than {MAX_DEPTH}")
        if len(attributes) > 2 * MAX_ATTRIBUTES or sum(map(len, attributes)) > MAX_ATTRIBUTE_CHARACTERS:
            raise DangerousXmlError("an element has too many or too long attributes")

    def end(self, _: str) -> None:
        self._depth -= 1

    def check_token(self, token_start: int, read: int) -> None:
        """A tag that is still open after several steps would make expat keep all of it."""
        if token_start >= 0 and read - token_start > MAX_ATTRIBUTE_CHARACTERS + 2 * _STEP:
            raise DangerousXmlError("a single tag is too long")
