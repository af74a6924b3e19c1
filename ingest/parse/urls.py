"""Addresses: absolute, canonical, same site or not. Parsing is the WHATWG URL Standard's (Servo's `url`).

Nothing here raises: anything that is not the address of a web page is None.
"""

from __future__ import annotations

import re

from url import URL, URLError

WEB_SCHEMES = frozenset({"http", "https"})
LONGEST_ADDRESS = 2000
"""Servers and browsers are only known to take so many characters (RFC 9110, 4.1, asks for 8000), and no index of a
database takes more than 2700."""

# Parameters that say how a reader got to a page, not which page it is: by Google, Meta, Microsoft, Matomo, HubSpot,
# Mailchimp, Marketo, Yandex, TikTok, X, LinkedIn, Adobe, and as listed by ClearURLs for any site.
_TRACKING = re.compile(
    r"(utm_\w+|fbclid|fb_(action|source|ref)\w*|gclid|gclsrc|dclid|gbraid|wbraid|gad_\w+|_gl|srsltid|msclkid|igshid|igsh"
    r"|(pk|mtm|piwik|matomo)_\w+|_?hs(enc|mi|ctatracking)|__hs(sc|tc|fp)|mc_[ce]id|mkt_tok|yclid|ysclid|_openstat"
    r"|ttclid|twclid|li_fat_id|s_cid|cmpid|ncid|oly_(anon|enc)_id|vero_(id|conv)|wickedid|rb_clickid|ref_(src|url)"
    r"|guccounter|guce_referrer(_sig)?|at_(medium|campaign)|__twitter_impression)",
    re.IGNORECASE,
)
# How AMP pages are asked for (WordPress's AMP plugin, "Query parameter"; amp.dev): the page is the same without.
_AMP = re.compile(r"amp(=(1|true)?)?|outputType=amp", re.IGNORECASE)
# AMP caches carry the page's own address (amp.dev, "AMP Cache URL format"; Google's viewer).
_AMP_CACHE = re.compile(
    r"https?://(?:[\w-]+\.cdn\.ampproject\.org/(?:[civ]|wp)/|www\.google\.[a-z.]{2,6}/amp/)(?P<s>s)?(?(s)/)(?=[\w-]+\.)"
)
_RSS_SOURCE = re.compile(r"source=rss(-\w*)*", re.IGNORECASE)  # Medium's mark for readers who come from its feeds
_SITE_PREFIX = re.compile(r"(www\d?|m|mobile|amp)\.(?=[^.]+\.)")


def absolute_url(text: str, base: str | None = None) -> str | None:
    """The http(s) address that `text` refers to on the page `base`, normalised and without its fragment.

    None for anything else: other schemes, hosts that cannot exist, addresses longer than `LONGEST_ADDRESS`, and those
    that carry a user name or a password (a secret must not end up in a citation).
    """
    return _of_bearable_length(_absolute(text, base))


def canonical_url(text: str, base: str | None = None) -> str | None:
    """`absolute_url` without caches and tracking parameters, so that links to the same page are equal. Idempotent."""
    address = _absolute(text, base)
    while address is not None and (cached := _AMP_CACHE.match(address)):
        address = _absolute(f"http{cached['s'] or ''}://{address[cached.end() :]}")
    if address is None or "?" not in address:
        return _of_bearable_length(address)
    path, _, query = address.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not _is_tracking(part))
    return _of_bearable_length(f"{path}?{kept}" if kept else path)


def host_of(url: str) -> str:
    """The host name of an address, as a reader would name the site: without `www.` and the like; "" if invalid."""
    parsed = _parse(url, None)
    return _SITE_PREFIX.sub("", parsed.host_str or "", count=1) if parsed else ""


def same_site(one: str, other: str) -> bool:
    """Whether both hosts are equal, or one is a subdomain of the other with the same owner.

    `someone.github.io` is a subdomain of `github.io`, but another site: the Public Suffix List (publicsuffix.org, from
    the tld package) says under which names anybody can register.
    """
    short, long = sorted((host_of(one), host_of(other)), key=len)
    if not short or not long:
        return False
    return short == long or (long.endswith(f".{short}") and short.endswith(_owned_domain(long)))


def _owned_domain(host: str) -> str:
    """The shortest part of a host name with a single owner; the host itself if the list does not cover it."""
    from tld import get_fld  # takes 12 MiB, which most polls can save

    return get_fld(f"https://{host}", fail_silently=True, search_private=True) or host


def _absolute(text: str, base: str | None = None) -> str | None:
    url = _parse(text, base)
    if url is None or url.scheme not in WEB_SCHEMES or not url.host_str or url.username or url.password:
        return None
    return str(url).partition("#")[0]


def _of_bearable_length(address: str | None) -> str | None:
    return None if address is None or len(address) > LONGEST_ADDRESS else address


def _parse(text: str, base: str | None) -> URL | None:
    try:
        return URL.parse(base).join(text) if base else URL.parse(text)
    except (URLError, UnicodeError):
        return None


def _is_tracking(part: str) -> bool:
    name = part.partition("=")[0]
    patterns = ((_TRACKING, name), (_RSS_SOURCE, part), (_AMP, part))
    return any(pattern.fullmatch(said) for pattern, said in patterns)
