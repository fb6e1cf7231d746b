"""Which addresses are public, by our own table: the same on every Python."""

import ipaddress
import json
import os
import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipeline.fetch import guard, special_purpose
from pipeline.fetch.guard import is_public

REFUSED = re.findall(r"\S+", """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24
192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 255.255.255.255/32
::/128 ::1/128 ::/96 ::ffff:0:0/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/32 2001:1::/32 2001:2::/48 2001:10::/28
2001::/23 2001:db8::/32 3ffe::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8 4000::/3 8000::/1
""")  # fmt: skip
PUBLIC = re.findall(r"\S+", """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0
172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0 192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0
198.17.255.255 198.20.0.0 203.0.112.255 203.0.114.0 223.255.255.255 2001:200:: 2001:4860:4860::8888 2606:2800:220:1::1
2a00:1450:4001::1 2001:db7:ffff:: 2001:db9:: 3ffd:: 3fff:1000:: 64:ff9b::808:808 2002:808:808::1
2606:4700::5efe:808:808
""")  # fmt: skip
EMBEDDING = ["::ffff:{}", "64:ff9b::{}", "2001:db8::{}", "2606:4700::5efe:{}", "2606:4700::200:5efe:{}"]


@pytest.mark.parametrize("block", REFUSED)
def test_both_ends_of_every_special_block_are_refused(block):
    network = ipaddress.ip_network(block)
    for address in (network[0], network[-1], network[network.num_addresses // 2]):
        assert not is_public(str(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_their_neighbours_and_ordinary_servers_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize("form", EMBEDDING)
@pytest.mark.parametrize("inner", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.0.0.8", "192.88.99.1"])
def test_an_address_within_an_address_is_judged_too(form, inner):
    assert not is_public(form.format(inner))
    number = int(ipaddress.IPv4Address(inner))
    assert not is_public(str(ipaddress.IPv6Address(0x2002 << 112 | number << 80 | 1)))
    assert not is_public(str(ipaddress.IPv6Address(0x20010000 << 96 | number << 64 | (number ^ 0xFFFFFFFF))))


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1.2.3.4.5", "::1::", "fe80::1%eth0", "999.1.1.1", "\ud800"])
def test_what_is_no_address_is_not_public(text):
    assert not is_public(text)


def test_nothing_is_left_to_the_tables_of_the_python_that_runs():
    for module in (guard, special_purpose):
        assert not re.search(r"\.is_(global|private|reserved|link_local|loopback)", Path(module.__file__).read_text())


CORPORA = os.environ.get("INFORMATION_MACHINE_CORPORA")


@pytest.mark.skipif(not CORPORA, reason="INFORMATION_MACHINE_CORPORA names no folder of public test data")
def test_no_forged_address_of_the_candidates_is_public():
    lines = (Path(CORPORA or "") / "hostile/ssrf_candidates.jsonl").read_text().splitlines()
    judged, public = 0, set()
    for line in lines:
        try:
            host = urlsplit(json.loads(line)["payload"]).hostname
            found = socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST) if host else []
        except (ValueError, OSError):
            continue
        for *_, where in found:
            judged += 1
            public |= {where[0]} if is_public(where[0]) else set()
    assert judged > 100
    assert public == set()
