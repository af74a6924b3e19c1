"""What counts as the public web, and what an operator may except from it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import SettingsError
from ingest.fetch.addresses import AllowList, why_not_public

SPECIAL = """
0.0.0.0 0.255.255.255 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.1.2.3 ::ffff:0:7f00:1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1
100::1 2001::1 2001:0:7f00:1:: 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe:: 3fff::1 5f00::1
fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1
""".split()
PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255
172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
2606:4700::1111 2a00:1450:4001::1 ::ffff:8.8.8.8 64:ff9b::808:808
""".split()


@pytest.mark.parametrize("address", SPECIAL)
def test_addresses_of_special_ranges_are_not_public(address: str) -> None:
    assert why_not_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_next_to_them_are_public(address: str) -> None:
    assert why_not_public(ip_address(address)) is None


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_its_mapped_and_nat64_forms(address: IPv4Address) -> None:
    mapped = IPv6Address(int(IPv6Address("::ffff:0:0")) + int(address))
    translated = IPv6Address(int(IPv6Address("64:ff9b::")) + int(address))
    assert why_not_public(mapped) == why_not_public(translated) == why_not_public(address)


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_public(address: IPv4Address | IPv6Address) -> None:
    if address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified:
        assert why_not_public(address)


def test_a_name_is_excepted_on_every_port_or_on_one() -> None:
    allow = AllowList.parse(["Intranet.example", "other.example:8080", " 192.168.1.5 ", "[::1]:81", ""])
    assert allow.names("intranet.example", 80)
    assert allow.names("other.example", 8080)
    assert not allow.names("other.example", 80)
    assert allow.names("192.168.1.5", 443)
    assert allow.names("::1", 81)
    assert not allow.names("::1", 80)
    assert not allow.names("example", 80)


def test_a_range_is_excepted_as_a_range_and_a_single_address_is_not_one() -> None:
    allow = AllowList.parse(["10.1.0.0/16", "fd00::/8", "127.0.0.1"])
    assert allow.covers(ip_address("10.1.2.3"))
    assert allow.covers(ip_address("fd00::9"))
    assert not allow.covers(ip_address("10.2.0.1"))
    assert not allow.covers(ip_address("127.0.0.1"))


@pytest.mark.parametrize("entry", ["10.0.0.1/8", "host:port", "http://host", "a b", "[::1", "10.0.0.0/33", "user@host"])
def test_an_entry_that_is_no_host_names_the_setting(entry: str) -> None:
    with pytest.raises(SettingsError, match="INGEST_ALLOW_HOSTS"):
        AllowList.parse([entry])
