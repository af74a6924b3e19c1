"""Page furniture: lines and sentences around an article that are no part of it (sharing, subscribing, adverts).

A line goes only as a whole and only when it is short and made of nothing else, so that an article about newsletters or
cookies keeps its sentences.
"""

from __future__ import annotations

import re
from typing import Final

_LABELS: Final = (
    r"post a comment|leave a (?:comment|reply)|join the (?:conversation|discussion)|no comments(?: yet)?|"
    r"related (?:posts|articles|stories)|you (?:may|might) also like|read (?:more|next)|more from this author|"
    r"skip to (?:main )?content|back to top|print this (?:page|article)|copy link|link copied!?|advertisement|"
    r"sponsored content|"
    r"(?:scroll|continue reading) (?:down |below )?(?:to continue|after (?:the )?ad(?:vertisement)?)"
)
_NETWORK: Final = (
    r"(?:facebook|twitter|x|linkedin|whatsapp|reddit|telegram|bluesky|threads|mastodon|pinterest|e-?mail|pocket|"
    r"flipboard|hacker news|copy link|print)"
)
_SHARE: Final = (
    rf"share(?: (?:this|on|via|to)(?: (?:article|post|page|story))?(?: (?:on|via))?)?(?:[ :|,/·•]+{_NETWORK})*:?|"
    rf"(?:share on |tweet |{_NETWORK}[ |,/·•]+){{1,12}}{_NETWORK}"
)
_OFFERS: Final = (
    r"(?:please )?(?:subscribe|sign up)\b[^\n]{0,120}\b(?:newsletters?|inbox|mailing list|updates|email)\b[^\n]{0,60}|"
    r"subscribe(?: (?:now|today|here|for free))?[.!]?|"
    r"(?:get|have) [^\n]{0,80}\b(?:delivered|sent) (?:straight |directly )?(?:to|in) your inbox[^\n]{0,40}|"
    r"(?:we|this (?:site|website|page)) uses? cookies\b[^\n]{0,200}|"
    r"by (?:clicking|continuing|using)\b[^\n]{0,120}\byou (?:agree|accept|consent)\b[^\n]{0,120}\bcookies\b[^\n]{0,80}|"
    r"(?:accept|reject|manage)(?: all)? cookies(?: settings)?|cookie (?:settings|preferences|policy)|"
    r"(?:create|make|get|try|build|generate|design) your(?: own)? [^\n]{1,60}\bfor free\b"
    r"[^\n]{0,120}\bour free\b[^\n]{0,200}"
)
_OTHER_STORIES: Final = (
    r"(?:(?:read|see) (?:also|more|next)|related(?: (?:story|article|post|reading))?|more (?:from|on) [^\n:]{1,40}|"
    r"(?:à )?lire aussi|siehe auch|lesen sie auch|lea también|leggi anche|lees ook|läs också)[ \t]?[:：][ \t]"
    r"[^\n]{9,160}[^\s.!?;:]"
)
"""A label and a headline: where a text has no links, only words tell that it is another story's."""
_LINE = re.compile(rf"[ \t]*(?:(?:{_LABELS})+|{_SHARE}|{_OFFERS}|{_OTHER_STORIES})[ \t]*", re.I)
_MAILING = re.compile(
    r"(?<![ \t])[ \t]*\bYou can (?:opt in/out of|opt out of|unsubscribe from) "
    r"[^.!?\n]{0,60}\b(?:e-?mails?|newsletters?)\b[^.!?\n]{0,40}[.!?]",
    re.I,
)
_MAILING_BEGINS: Final = "you can "


def without_furniture(text: str) -> str:
    """The text without such lines and without sentences about the mailing itself."""
    if _MAILING_BEGINS in text.lower():
        text = _MAILING.sub("", text)
    return "\n".join([line for line in text.split("\n") if not _LINE.fullmatch(line)])
