"""OPML (opml.org/spec2): lists of feeds, in and out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from xml.etree.ElementTree import ParseError as XmlError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.errors import FailureKind, ParseError


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of the list, with its display name."""

    feed_url: str
    title: str


def parse_opml(body: bytes) -> list[Outline]:
    """The feeds of an OPML document in their order, each once.

    Raises:
        ParseError: it is not XML, or contains no feed.
    """
    try:
        root = fromstring(body)
    except (XmlError, DefusedXmlException, ValueError) as error:
        raise _bad(str(error) or type(error).__name__) from error
    found: dict[str, Outline] = {}
    for element in root.iter("outline"):
        url = (element.get("xmlUrl") or "").strip()
        if url:
            found.setdefault(url, Outline(url, element.get("title") or element.get("text") or url))
    if not found:
        raise _bad("it contains no outline with an xmlUrl")
    return list(found.values())


def write_opml(outlines: Iterable[Outline], title: str) -> str:
    """An OPML 2.0 document with these feeds."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = title
    body = SubElement(root, "body")
    for outline in outlines:
        SubElement(body, "outline", type="rss", text=outline.title, title=outline.title, xmlUrl=outline.feed_url)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _bad(why: str) -> ParseError:
    return ParseError(
        FailureKind.BAD_XML, "cannot read the list of feeds", "OPML", why, hint="Export it again from your feed reader."
    )
