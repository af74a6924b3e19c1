"""Which IP addresses belong to the public web, and which exceptions the operator has made. Pure.

Ranges: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates), multicast (RFC 5771,
RFC 4291) and everything of IPv6 that is not yet global unicast. They are listed here because `ipaddress.is_global`
differs between Python's releases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from ingest.errors import SettingsError

_ENTRY = re.compile(r"(?:\[(?P<v6>[\da-f:.]+)\]|(?P<name>[^\s:@?#/\\\[\]]+))(?::(?P<port>\d{1,5}))?")

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_IPV4 = {
    IPv4Network("0.0.0.0/8"): "this network",
    IPv4Network("10.0.0.0/8"): "private",
    IPv4Network("100.64.0.0/10"): "shared by carriers",
    IPv4Network("127.0.0.0/8"): "loopback",
    IPv4Network("169.254.0.0/16"): "link-local",
    IPv4Network("172.16.0.0/12"): "private",
    IPv4Network("192.0.0.0/24"): "for protocols",
    IPv4Network("192.0.2.0/24"): "for documentation",
    IPv4Network("192.31.196.0/24"): "AS112",
    IPv4Network("192.52.193.0/24"): "AMT",
    IPv4Network("192.88.99.0/24"): "6to4 relay",
    IPv4Network("192.168.0.0/16"): "private",
    IPv4Network("192.175.48.0/24"): "AS112",
    IPv4Network("198.18.0.0/15"): "for benchmarks",
    IPv4Network("198.51.100.0/24"): "for documentation",
    IPv4Network("203.0.113.0/24"): "for documentation",
    IPv4Network("224.0.0.0/4"): "multicast",
    IPv4Network("240.0.0.0/4"): "reserved",
}
_IPV6_GLOBAL = IPv6Network("2000::/3")
_IPV6 = {
    IPv6Network("2001::/23"): "for protocols (Teredo, ORCHID)",
    IPv6Network("2001:db8::/32"): "for documentation",
    IPv6Network("2002::/16"): "6to4",
    IPv6Network("2620:4f:8000::/48"): "AS112",
    IPv6Network("3fff::/20"): "for documentation",
}
_CARRIES_IPV4 = (
    IPv6Network("::ffff:0:0/96"),  # IPv4-mapped, RFC 4291
    IPv6Network("64:ff9b::/96"),  # NAT64, RFC 6052: how IPv6-only hosts reach the IPv4 web
)


def why_not_public(address: Address) -> str | None:
    """The kind of a non-public address; None for a public one."""
    if isinstance(address, IPv4Address):
        return _first(address, _IPV4)
    if any(address in network for network in _CARRIES_IPV4):
        return why_not_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if address not in _IPV6_GLOBAL:
        return "not global unicast"
    return _first(address, _IPV6)


def _first(address: Address, ranges: dict[IPv4Network, str] | dict[IPv6Network, str]) -> str | None:
    return next((kind for network, kind in ranges.items() if address in network), None)


@dataclass(frozen=True, slots=True)
class AllowList:
    """The exceptions of INGEST_ALLOW_HOSTS.

    A name (or a single address) allows URLs with that host, whatever it resolves to; a range in CIDR form allows every
    connection to an address in it, whatever the name.
    """

    hosts: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> AllowList:
        """Read `host`, `host:port`, `[v6]:port` and `address/bits` entries.

        Raises:
            SettingsError: an entry is none of these.
        """
        names, ranges = set(), []
        for entry in filter(None, (entry.strip().lower() for entry in entries)):
            try:
                if "/" in entry:
                    ranges.append(ip_network(entry))
                else:
                    names.add(_host_and_port(entry))
            except ValueError as error:
                raise SettingsError(
                    "wrong setting",
                    f"INGEST_ALLOW_HOSTS: {entry}",
                    str(error),
                    hint="Use a comma-separated list of host, host:port or CIDR, for instance 192.168.1.0/24.",
                ) from None
        return cls(frozenset(names), tuple(ranges))

    def names(self, host: str, port: int) -> bool:
        """Whether a URL with this host and port is allowed as an exception."""
        host = _normal(host)
        return (host, None) in self.hosts or (host, port) in self.hosts

    def covers(self, address: Address) -> bool:
        """Whether a connection to this address is allowed as an exception."""
        return any(address in network for network in self.networks)


def _host_and_port(entry: str) -> tuple[str, int | None]:
    if entry.count(":") > 1 and not entry.startswith("["):
        return str(ip_address(entry)), None
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise ValueError("this is not a host")
    host, port = match["v6"] or match["name"], match["port"]
    return _normal(host), int(port) if port else None


def _normal(host: str) -> str:
    """One spelling of an address: Python writes IPv4-mapped ones differently from the URL Standard."""
    try:
        return str(ip_address(host))
    except ValueError:
        return host
