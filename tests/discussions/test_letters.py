"""What of one mail is read: who wrote it, when, and its words; and that a mail made to break a parser costs only itself."""

import pytest

from pipeline.fetch.discussions.letters import letter_of, words_of
from tests.discussions import mails
from tests.discussions.mail_written import ADDRESS, URL, mail, only


def test_what_a_mail_says_of_itself():
    post = only(mail())
    assert (post.id, post.author, post.handle) == ("1@mail.ilm.example", "Ann Rivers", None)
    assert (post.time, post.answers, post.body, post.form) == ("2026-03-05T09:00:00Z", None, "It rains.", "plain")
    assert post.url == f"{URL}#1@mail.ilm.example"
    assert not post.edited
    assert not post.withdrawn


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        (f"Ann Rivers <{ADDRESS}>", "Ann Rivers"),
        (f'"Ann Rivers" <{ADDRESS}>', "Ann Rivers"),
        (f'"Rivers, Ann" <{ADDRESS}>', "Rivers, Ann"),
        (f'"Ann \\"Weir\\" Rivers" <{ADDRESS}>', 'Ann "Weir" Rivers'),
        (f"'Ann Rivers' <{ADDRESS}>", "Ann Rivers"),
        (f"Ann Rivers<{ADDRESS}>", "Ann Rivers"),
        (f"=?utf-8?q?J=C3=BCrgen_Fl=C3=BCss?= <{ADDRESS}>", "Jürgen Flüss"),
        (f"=?iso-8859-1?Q?J=FCrgen?= =?iso-8859-1?Q?_Fl=FCss?= <{ADDRESS}>", "Jürgen Flüss"),
        (f"=?utf-8?b?SsO8cmdlbiBGbMO8c3M=?= <{ADDRESS}>", "Jürgen Flüss"),
        (f"=?nonsense?q?Ann?= <{ADDRESS}>", "=?nonsense?q?Ann?="),
        (f"Jürgen Flüss <{ADDRESS}>", "Jürgen Flüss"),
        (f"Ann Rivers via River-forum <{ADDRESS}>", "Ann Rivers"),
        (f"\"'Ann Rivers' via River talk\" <{ADDRESS}>", "Ann Rivers"),
        ("ann at mail.ilm.example (Ann Rivers)", "Ann Rivers"),
        (f"{ADDRESS} (Ann Rivers)", "Ann Rivers"),
        ("ann at mail.ilm.example (=?utf-8?q?J=C3=BCrgen?=)", "Jürgen"),
        (f"Ann Rivers ({ADDRESS}) <{ADDRESS}>", "Ann Rivers"),
        (ADDRESS, None),
        (f"<{ADDRESS}>", None),
        (f'"{ADDRESS}" <{ADDRESS}>', None),
        (f"=?utf-8?q?ann=40mail.ilm.example?= <{ADDRESS}>", None),
        ("ann at mail.ilm.example (ann at mail.ilm.example)", None),
        (f"ann(a)mail.ilm.example <{ADDRESS}>", None),
        ("", None),
        ("((((", None),
        ('"', None),
    ],
)
def test_who_wrote_a_mail_and_never_the_address(sender, name):
    assert only(mail(sender=sender)).author == name


@pytest.mark.parametrize(
    ("date", "time"),
    [
        ("Thu, 5 Mar 2026 10:00:00 +0100", "2026-03-05T09:00:00Z"),
        ("Thu,  5 Mar 2026 10:00:00 +0000 (UTC)", "2026-03-05T10:00:00Z"),
        ("Thu, 05 Mar 2026 10:00:00 EST", "2026-03-05T15:00:00Z"),
        ("5 Mar 2026 10:00:00 -0330", "2026-03-05T13:30:00Z"),
        ("Thu, 5 Mar 2026 10:00 GMT", "2026-03-05T10:00:00Z"),
        ("Thu, 5 Mar 26 10:00:00 -0000", "2026-03-05T10:00:00Z"),
        ("yesterday", None),
        ("Thu, 55 Mar 2026 10:00:00 +0100", None),
        ("Thu, 5 Mar 2026 10:00:00 +9999", None),
    ],
)
def test_when_a_mail_was_sent(date, time):
    raw = mail().replace(b"Thu, 5 Mar 2026 10:00:00 +0100", date.encode())
    assert only(raw).time == time


def test_a_mail_that_does_not_say_when_it_was_sent_has_come_when_it_was_received():
    raw = mail("x", "Received: from a by b;", "\tThu, 5 Mar 2026 12:00:00 +0000").replace(b"\nDate:", b"\nX-Date:")
    assert only(raw).time == "2026-03-05T12:00:00Z"


CONTENT = "Content-Type: text/plain; charset="


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ([f"{CONTENT}utf-8"], "Füße".encode(), "Füße"),
        ([f"{CONTENT}iso-8859-1"], "Füße".encode("latin-1"), "Füße"),
        ([f"{CONTENT}iso-8859-1"], "Füße".encode(), "Füße"),
        ([f"{CONTENT}us-ascii"], "Füße".encode("cp1252"), "Füße"),
        ([f"{CONTENT}x-unknown"], "Füße".encode("cp1252"), "Füße"),
        ([f"{CONTENT}punycode"], b"weir-", "weir-"),
        ([f"{CONTENT}iso-2022-jp"], "川の水".encode("iso-2022-jp"), "川の水"),
        ([f"{CONTENT}gb2312"], "河水".encode("gb2312"), "河水"),
        ([], "Füße".encode(), "Füße"),
        ([f"{CONTENT}utf-8", "Content-Transfer-Encoding: quoted-printable"], b"F=C3=BC=C3=9Fe =\nund", "Füße und"),
        ([f"{CONTENT}utf-8", "Content-Transfer-Encoding: base64"], b"RsO8w59l", "Füße"),
        ([f"{CONTENT}utf-8", "Content-Transfer-Encoding: base64"], b"!!!", ""),
        (["Content-Type: nonsense"], b"It rains.", "It rains."),
        (["Content-Type: application/pdf"], b"%PDF", ""),
        (["Content-Type: text/plain; charset*=x''y%"], b"It rains.", "It rains."),
    ],
)
def test_a_mails_words_are_read_by_its_encoding(headers, body, text):
    raw = mail("@@", *headers).replace(b"@@", body)
    assert only(raw).body == text


def multipart(kind: str, *parts: str) -> bytes:
    body = "".join(f"--q\n{part}\n" for part in parts) + "--q--"
    return mail(body, f'Content-Type: multipart/{kind}; boundary="q"')


PLAIN, HTML = "Content-Type: text/plain\n\nIt rains.", "Content-Type: text/html\n\n<p>It <b>rains</b>.</p>"
FILE = "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nThe staff says 7."
IMAGE = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
FOOTER = f"Content-Type: text/plain\n\n{mails.FOOTER}"
FORWARDED = "Content-Type: message/rfc822\n\nFrom: x <x@y.example>\nSubject: y\n\nAnother's words."
EMPTY = "Content-Type: text/plain\n\n\n"


@pytest.mark.parametrize(
    ("kind", "parts", "form"),
    [
        ("alternative", [PLAIN, HTML], "plain"),
        ("alternative", [HTML, PLAIN], "plain"),
        ("alternative", [HTML], "html"),
        ("alternative", [EMPTY, HTML], "html"),
        ("mixed", [PLAIN, FILE, IMAGE], "plain"),
        ("mixed", [FILE, PLAIN], "plain"),
        ("mixed", [HTML, FOOTER], "html"),
        ("mixed", [PLAIN, FOOTER], "plain"),
        ("mixed", [PLAIN, FORWARDED], "plain"),
        ("mixed", [FORWARDED, PLAIN], "plain"),
        ("related", [HTML, IMAGE], "html"),
        ("mixed", [f'Content-Type: multipart/alternative; boundary="r"\n\n--r\n{PLAIN}\n--r\n{HTML}\n--r--'], "plain"),
    ],
)
def test_a_mail_of_several_parts_is_read_by_its_plain_text(kind, parts, form):
    post = only(multipart(kind, *parts))
    assert post.form == form
    assert post.body.strip() == ("It rains." if form == "plain" else "<p>It <b>rains</b>.</p>")


@pytest.mark.parametrize("parts", [[], [IMAGE], [FORWARDED], [FILE]])
def test_a_mail_without_text_says_nothing(parts):
    assert only(multipart("mixed", *parts)).body == ""


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (">From the weir it rains.", "From the weir it rains."),
        (">>From the weir it rains.", ">From the weir it rains."),
        ("From the weir it rains.", "From the weir it rains."),
        (f"It rains.\n\n{mails.FOOTER}", "It rains."),
        ("It rains.\n_______________________\nWe saw it.", "It rains.\n_______________________\nWe saw it."),
        (
            "It rains.\n-------------- next part --------------\nA non-text attachment was scrubbed...\n"
            "Name: weir.png\nType: image/png\nSize: 70 bytes\nDesc: not available\nURL: <http://x.example/a.png>\n",
            "It rains.",
        ),
        ("It rains.\n-------------- next part --------------\nAnd it pours.", "It rains.\nAnd it pours."),
        (
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nIt rains.\n-----BEGIN PGP SIGNATURE-----\n\n"
            "iQEzBAEBCAAd\n=abcd\n-----END PGP SIGNATURE-----\n",
            "It rains.",
        ),
        (f"Ann <{ADDRESS}> wrote:\n> It rains.", "Ann wrote:\n> It rains."),
        ("Ann <ann at mail.ilm.example> wrote:\n> It rains.", "Ann wrote:\n> It rains."),
        ("Ann <ann(a)mail.ilm.example> wrote:\n> It rains.", "Ann wrote:\n> It rains."),
        (f"Ann [mailto:{ADDRESS}] said", "Ann said"),
        (f"{ADDRESS} wrote:\n> It rains.", "somebody wrote:\n> It rains."),
        (f"{ADDRESS} (Ann Rivers) writes:\n> It rains.", "Ann Rivers writes:\n> It rains."),
        ("On 5 March 2026 at 10.30 Ann wrote:\n> It rains.", "On 5 March 2026 at 10.30 Ann wrote:\n> It rains."),
        (f"It rains.\n\nAnn\n{ADDRESS}\n", "It rains.\n\nAnn"),
        ("Read about it at example.org today.", "Read about it at example.org today."),
        (f"Write to {ADDRESS} for more.", f"Write to {ADDRESS} for more."),
        ("<https://ilm.example/weir>", "<https://ilm.example/weir>"),
    ],
)
def test_plain_words_are_freed_of_what_programs_put_around_them(body, text):
    assert only(mail(body)).body == text


def test_addresses_in_html_that_say_who_is_quoted_are_left_out():
    quoted = f'<div>On 5 March, Ann &lt;<a href="mailto:{ADDRESS}">{ADDRESS}</a>&gt; wrote:</div><p>It rains.</p>'
    assert ADDRESS not in only(mail(quoted, "Content-Type: text/html")).body


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: text/plain" + b";" * 3_000_000 + b"\n\nIt rains.",
        b"Content-Type: text/plain" + b";\n " * 500_000 + b"\n\nIt rains.",
        b"".join(b"Content-Type: multipart/mixed; boundary=q%d\n\n--q%d\n" % (n, n) for n in range(3000)),
        b"Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: text/plain" + b";" * 3_000_000 + b"\n\nx",
        b"Content-Type: message/rfc822\n\n" * 5000,
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nIt rains.",
        b"From: " + b"(" * 500_000 + b"\n\nIt rains.",
        b"Content-Type: multipart/mixed\n\nIt rains.",
        b"\xff\xfe\x00",
        b"",
    ],
)
def test_mails_that_are_made_to_break_a_parser(raw):
    words, _ = words_of(letter_of(raw))
    assert len(words) < 10
