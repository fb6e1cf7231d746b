"""Addresses that lead to no public server: our own table, so that it is the same on every Python.

Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries and the IANA IPv6 Global Unicast address space, as
they stood in November 2026. Kept are the blocks that the registries do not call globally reachable, and beside them
multicast, the reserved class E and what was deprecated (6to4 relays, Teredo, site-local). What the registries do call
reachable within 192.0.0.0/24 and 2001::/23 (anycast for protocols, AS112, ORCHIDs, drones) serves no pages: it is
refused with its block.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

_IPV4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network (RFC 791)
        "10.0.0.0/8",  # private use (RFC 1918)
        "100.64.0.0/10",  # shared by carriers (RFC 6598)
        "127.0.0.0/8",  # loopback (RFC 1122)
        "169.254.0.0/16",  # link local (RFC 3927), where clouds keep their metadata
        "172.16.0.0/12",  # private use (RFC 1918)
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.88.99.0/24",  # relays of 6to4, deprecated (RFC 7526)
        "192.168.0.0/16",  # private use (RFC 1918)
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",  # documentation (RFC 5737)
        "203.0.113.0/24",  # documentation (RFC 5737)
        "224.0.0.0/4",  # multicast (RFC 5771)
        "240.0.0.0/4",  # reserved, and the limited broadcast (RFC 1112, RFC 919)
    )
)

_UNICAST = IPv6Network("2000::/3")
"""All that IANA has given out as global unicast: what is outside is loopback, mapped, local, multicast or reserved."""

_IPV6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments (RFC 2928): Teredo, benchmarks, ORCHIDs, AS112
        "2001:db8::/32",  # documentation (RFC 3849)
        "3ffe::/16",  # the former testbed, given back (RFC 3701)
        "3fff::/20",  # documentation (RFC 9637)
    )
)
_SIX_TO_FOUR = IPv6Network("2002::/16")  # the IPv4 address of its site stands in bits 16 to 48 (RFC 3056)
_NAT64 = IPv6Network("64:ff9b::/96")  # the IPv4 address it is translated to stands last (RFC 6052)
_ISATAP = (0x00005EFE, 0x02005EFE)  # before an IPv4 address, in the second half of an address (RFC 5214)


def leads_to_a_public_server(ip: IPv4Address | IPv6Address) -> bool:
    """Whether a server on the public internet may have `ip`, and where it embeds an IPv4 address, that one too."""
    if isinstance(ip, IPv4Address):
        return not any(ip in block for block in _IPV4)
    number = int(ip)
    last = IPv4Address(number & 0xFFFFFFFF)
    if ip in _NAT64:
        return leads_to_a_public_server(last)
    if ip in _SIX_TO_FOUR and not leads_to_a_public_server(IPv4Address(number >> 80 & 0xFFFFFFFF)):
        return False
    if number >> 32 & 0xFFFFFFFF in _ISATAP and not leads_to_a_public_server(last):
        return False
    return ip in _UNICAST and not any(ip in block for block in _IPV6)
