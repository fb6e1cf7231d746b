"""Addresses of mails and their threads, told by their form on any host."""

import pytest

from pipeline.fetch.discussions.chosen import sites
from pipeline.fetch.discussions.mailinglists import by_form, known_inboxes
from pipeline.fetch.discussions.thread import site_of
from tests.discussions import mails
from tests.discussions.mailinglists_double import KITTY, PIPER, THREAD

KITTY_LIST = f"{KITTY}/list/{mails.LIST}"


def place(url: str) -> tuple[str, str] | None:
    """Which kind of site an address is told to be of, and the thread's address."""
    found = site_of(url, sites({}))
    return (found[0].name, found[1]) if found else None


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (
            "https://lore.kernel.org/river-forum/a.b-c@d.example/",
            "https://lore.kernel.org/river-forum/a.b-c@d.example/",
        ),
        ("https://lore.kernel.org/river-forum/a@d.example", "https://lore.kernel.org/river-forum/a@d.example/"),
        ("https://lore.kernel.org/river-forum/a@d.example/T/#u", "https://lore.kernel.org/river-forum/a@d.example/"),
        ("https://lore.kernel.org/river-forum/a@d.example/T", "https://lore.kernel.org/river-forum/a@d.example/"),
        ("https://lore.kernel.org/river-forum/a@d.example/t/#m0", "https://lore.kernel.org/river-forum/a@d.example/"),
        ("https://lore.kernel.org/river-forum/a@d.example/raw", "https://lore.kernel.org/river-forum/a@d.example/"),
        (
            "https://lore.kernel.org/river-forum/a@d.example/t.mbox.gz",
            "https://lore.kernel.org/river-forum/a@d.example/",
        ),
        ("https://lore.kernel.org/river-forum/a@d.example/t.atom", "https://lore.kernel.org/river-forum/a@d.example/"),
        ("https://lore.kernel.org/river-forum/a%40d.example/", "https://lore.kernel.org/river-forum/a@d.example/"),
        ("https://lore.kernel.org/river/a%2Fb@d.example/", "https://lore.kernel.org/river/a%2Fb@d.example/"),
        ("https://lore.kernel.org/all/a+b=c$d@d.example/", "https://lore.kernel.org/all/a+b=c$d@d.example/"),
        ("https://lore.kernel.org/r/a@d.example", "https://lore.kernel.org/all/a@d.example/"),
        ("https://yhbt.net/lore/all/a@d.example/", "https://yhbt.net/lore/all/a@d.example/"),
        ("http://inbox.ilm.example/river/a@localhost/", "http://inbox.ilm.example/river/a@localhost/"),
        ("https://inbox.ilm.example/r/a@d.example/", "https://inbox.ilm.example/r/a@d.example/"),
    ],
)
def test_addresses_of_mails_at_a_public_inbox(url, address):
    assert place(url) == ("publicinbox", address)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (f"{KITTY_LIST}/thread/{THREAD}/", f"{KITTY_LIST}/thread/{THREAD}/"),
        (f"{KITTY_LIST}/thread/{THREAD}", f"{KITTY_LIST}/thread/{THREAD}/"),
        (f"{KITTY_LIST}/thread/{THREAD}/#{THREAD}", f"{KITTY_LIST}/thread/{THREAD}/"),
        (f"{KITTY_LIST}/thread/{THREAD}/?sort=date", f"{KITTY_LIST}/thread/{THREAD}/"),
        (f"{KITTY_LIST}/message/{THREAD}/", f"{KITTY_LIST}/message/{THREAD}/"),
        (f"{KITTY_LIST.replace('@', '%40')}/thread/{THREAD}/", f"{KITTY_LIST}/thread/{THREAD}/"),
        (f"https://l.example/archives/list/a@b.example/thread/{THREAD}/",) * 2,
        (f"https://l.example/mailman3/hyperkitty/list/a@b.example/thread/{THREAD}/",) * 2,
        (f"https://l.example/list/a@b.example/message/{THREAD}/",) * 2,
    ],
)
def test_addresses_of_threads_at_a_hyperkitty(url, address):
    assert place(url) == ("hyperkitty", address)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (f"{PIPER}/000244.html", f"{PIPER}/000244.html"),
        (f"{PIPER}/000244.html#start", f"{PIPER}/000244.html"),
        (f"{PIPER}/thread.html", f"{PIPER}/thread.html"),
        (f"{PIPER}/thread.html#244", f"{PIPER}/thread.html"),
        (f"{PIPER}/date.html", f"{PIPER}/thread.html"),
        (f"{PIPER}/", f"{PIPER}/thread.html"),
        (PIPER, f"{PIPER}/thread.html"),
        (f"{PIPER}.txt", f"{PIPER}/thread.html"),
        (f"{PIPER}.txt.gz", f"{PIPER}/thread.html"),
        ("https://x.example/pipermail/l/2026q1/000001.html",) * 2,
        ("https://x.example/pipermail/l/2026/000001.html",) * 2,
        ("https://x.example/pipermail/l/20260301/000001.html",) * 2,
        ("https://x.example/pipermail/l/Week-of-Mon-20260302/1000001.html",) * 2,
        ("http://x.example/some/where/pipermail/l/2026-March/000001.html",) * 2,
    ],
)
def test_addresses_of_mails_at_a_pipermail(url, address):
    assert place(url) == ("pipermail", address)


@pytest.mark.parametrize(
    "url",
    [
        "https://lore.kernel.org/",
        "https://lore.kernel.org/river-forum/",
        "https://lore.kernel.org/river-forum/?q=weir",
        "https://lore.kernel.org/river-forum/new.atom",
        "https://lore.kernel.org/river-forum/a@d.example/2-weir.png",
        "https://lore.kernel.org/river-forum/0123abc/s/",
        "https://lore.kernel.org:444/river-forum/a@d.example/",
        "https://x@lore.kernel.org/river-forum/a@d.example/",
        "ftp://lore.kernel.org/river-forum/a@d.example/",
        "https://x.example/package/weir@1.0.0/",
        "https://x.example/package/@ilm/weir@1.0.0",
        "https://x.example/river/a@b@c.example/",
        f"https://x.example/list/nolist/thread/{THREAD}/",
        "https://x.example/list/a@b.example/thread/short/",
        f"https://x.example/list/a@b.example/thread/{THREAD}/replies",
        "https://x.example/list/a@b.example/",
        "https://x.example/list/a@b.example/2026/3/",
        "https://x.example/pipermail/",
        "https://x.example/pipermail/l/",
        "https://x.example/pipermail/l/2026-March/attachment.html",
        "https://x.example/pipermail/l/attachments/20260301/0a1b/attachment.html",
        "https://x.example/pipermail/l/2026-March/000001.txt",
        "https://x.example:8080/pipermail/l/2026-March/000001.html",
        "https://x.example/mailman/listinfo/l",
        "https://x.example/pipermail/../2026-March/000001.html",
        "",
    ],
)
def test_what_is_no_thread_of_mails(url):
    assert place(url) is None


def test_only_a_host_that_is_known_is_certain():
    assert known_inboxes.is_certain
    assert known_inboxes.address("https://inbox.ilm.example/river/a@d.example/") is None
    assert not any(site.is_certain for site in by_form)
