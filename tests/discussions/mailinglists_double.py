"""Archives of mailing lists as they answer mail programs: public-inbox (t.mbox.gz, mboxrd), HyperKitty (the export of a
thread, and its API for the thread of a mail) and Pipermail (a month as text, pages of mails, a list of threads)."""

import gzip
import html
import json
import re
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import quote, unquote

from pipeline.fetch.discussions.mail import hash_of
from tests.discussions import mails
from tests.discussions.talk import Double, HttpReply, HttpRequest, Serve, TalkPost

TELLS = frozenset({"name", "time", "answers", "quotes"})
_GONE = HttpReply(b"not found", 404, "text/plain")

INBOX = "https://lore.kernel.org/river-forum"
KITTY = "https://lists.ilm.example/hyperkitty"
THREAD = hash_of(mails.message_id(1))
PIPER = "https://mail.ilm.example/pipermail/river-forum/2026-March"
FIRST = 240  # the number of the first mail's page, less one


def inbox_mbox(talk: Sequence[TalkPost]) -> bytes:
    """A thread as public-inbox gives it: what begins with "From " in a mail is marked (mboxrd)."""
    raw = [mails.mail_of(post, talk).as_bytes() for post in mails.sent(talk)]
    marked = [re.sub(rb"^(>*From )", rb">\1", each, flags=re.MULTILINE) for each in raw]
    return b"".join(b"From mboxrd@z Thu Jan  1 00:00:00 1970\n" + each + b"\n" for each in marked)


def serve_inbox(talk: Sequence[TalkPost]) -> Serve:
    """Answers as public-inbox does."""

    def answer(request: HttpRequest) -> HttpReply:
        found = re.fullmatch(r"/river-forum/([^/]+)/t\.mbox\.gz", request.path)
        if not found or unquote(found[1]) not in map(mails.message_id, range(1, 40)):
            return _GONE
        return HttpReply(gzip.compress(inbox_mbox(talk), mtime=0), media_type="application/gzip")

    return answer


def kitty_mbox(talk: Sequence[TalkPost]) -> bytes:
    """A thread as HyperKitty gives it: mails made anew of what it keeps of them, addresses in their words defaced."""
    out = b""
    for post in mails.sent(talk):
        mail = EmailMessage()
        mail.set_unixfrom(f"From {mails.mail_address(post)} {datetime.fromisoformat(post.time):%c}")
        mail["From"] = f"{post.author} <{mails.mail_address(post)}>"
        mail["To"] = mails.LIST
        mail["Subject"] = mails.subject_of(post)
        mail["Date"] = mails.date_of(post)
        mail["Message-ID"] = f"<{mails.message_id(post.number)}>"
        if post.answers:
            mail["In-Reply-To"] = mails.message_id(post.answers)
        mail.set_content(f"{mails.plain_of(post, talk, at='(a)')}{mails.FOOTER}", subtype="plain")
        mail.make_mixed()
        out += mail.as_bytes(unixfrom=True) + b"\n\n"
    return out


def serve_kitty(talk: Sequence[TalkPost]) -> Serve:
    """Answers as HyperKitty does."""
    hashes = [hash_of(mails.message_id(post.number)) for post in mails.sent(talk)]

    def answer(request: HttpRequest) -> HttpReply:
        path = unquote(request.path)
        if path == f"/hyperkitty/list/{mails.LIST}/export/{mails.LIST}-{THREAD}.mbox.gz":
            body = kitty_mbox(talk) if request.query.get("thread") == THREAD else b""
            return HttpReply(gzip.compress(body, mtime=0), media_type="application/gzip")
        email = re.fullmatch(rf"/hyperkitty/api/list/{re.escape(mails.LIST)}/email/(\w+)/", path)
        if email and email[1] in hashes and request.query.get("format") == "json":
            of_list = f"{KITTY}/api/list/{mails.LIST}"
            sent = {
                "url": f"{of_list}/email/{email[1]}/",
                "mailinglist": f"{of_list}/",
                "message_id": mails.message_id(hashes.index(email[1]) + 1),
                "message_id_hash": email[1],
                "thread": f"{of_list}/thread/{THREAD}/",
                "sender": {"address": "heron (a) mail.ilm.example", "mailman_id": None, "emails": None},
                "sender_name": "Hari Heron",
                "subject": mails.SUBJECT,
                "date": "2026-03-01T09:01:05Z",
                "parent": None,
                "children": [],
                "votes": {"likes": 0, "dislikes": 0, "status": "neutral"},
                "content": "On my visit",
                "attachments": [],
            }
            return HttpReply(json.dumps(sent).encode())
        return _GONE

    return answer


def _piper_mail(post: TalkPost, talk: Sequence[TalkPost]) -> str:
    at = mails.mail_address(post).replace("@", " at ")
    references = mails.references_of(post, talk)
    headers = [
        f"From {at}  {datetime.fromisoformat(post.time):%a %b %d %H:%M:%S %Y}",
        f"From: {at} ({post.author})",
        f"Date: {mails.date_of(post)}",
        f"Subject: {mails.subject_of(post)}",
        *([f"In-Reply-To: {references[-1]}"] if references else []),
        *(["References: " + "\n ".join(references)] if references else []),
        f"Message-ID: <{mails.message_id(post.number)}>",
    ]
    scrubbed = (
        "-------------- next part --------------\nAn HTML attachment was scrubbed...\n"
        "URL: <https://mail.ilm.example/pipermail/river-forum/attachments/20260301/0a1b2c3d/attachment.htm>\n"
    )
    return "\n".join([*headers, "", mails.plain_of(post, talk, at=" at ").replace("\n-- ", f"\n{scrubbed}-- ")]) + "\n"


def _other(number: int) -> str:
    """A mail of the same month that has nothing to do with the talk."""
    return (
        f"From heron at mail.ilm.example  Mon Mar  {number} 10:00:00 2026\n"
        "From: heron at mail.ilm.example (Hari Heron)\n"
        f"Date: Mon, {number} Mar 2026 10:00:00 +0000\n"
        "Subject: [River-forum] Eels for sale\n"
        f"Message-ID: <eels{number}@mail.ilm.example>\n\nI have {number} eels too many.\n\n"
    )


def piper_month(talk: Sequence[TalkPost]) -> bytes:
    """A month as Pipermail keeps it."""
    return "".join([_other(1), *(_piper_mail(post, talk) for post in mails.sent(talk)), _other(9)]).encode()


def piper_page(post: TalkPost) -> bytes:
    """The page of a mail, as far as its template goes."""
    answer = f"mailto:river-forum%40lists.ilm.example?Subject=Re%3A%20{quote(mails.SUBJECT)}&In-Reply-To={{}}"
    link = answer.format(quote(f"<{mails.message_id(post.number)}>", safe=""))
    return (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">\n<HTML>\n <HEAD>\n'
        f"   <TITLE> {html.escape(mails.subject_of(post))}\n   </TITLE>\n"
        f'   <LINK REL="Index" HREF="index.html" >\n   <LINK REL="made" HREF="{link}">\n </HEAD>\n <BODY>\n'
        f"   <H1>{html.escape(mails.subject_of(post))}</H1>\n    <B>{post.author}</B> \n"
        f'    <A HREF="{link}">{mails.mail_address(post).replace("@", " at ")}\n       </A><BR>\n'
        f"<!--beginarticle-->\n<PRE>{html.escape(post.said[0])}</PRE>\n<!--endarticle-->\n</body></html>\n"
    ).encode()


def piper_threads(talk: Sequence[TalkPost]) -> bytes:
    """The list of a month's threads."""
    numbers = [FIRST - 40, *(FIRST + post.number for post in reversed(mails.sent(talk))), FIRST + 60]
    entries = "".join(
        f'<LI><A HREF="{number:06}.html">{html.escape(mails.SUBJECT)}\n</A><A NAME="{number}">&nbsp;</A>\n<I>x\n</I>\n'
        for number in numbers
    )
    return f"<HTML><BODY><h1>March 2026 Archives by thread</h1><ul>\n{entries}</ul></BODY></HTML>".encode()


def serve_piper(talk: Sequence[TalkPost], compressed: bool = True) -> Serve:
    """Answers as a web server before Pipermail does."""

    def answer(request: HttpRequest) -> HttpReply:
        month, _, name = request.path.rpartition("/")
        if month == "/pipermail/river-forum" and name == "2026-March.txt.gz" and compressed:
            return HttpReply(gzip.compress(piper_month(talk), mtime=0), media_type="application/x-gzip")
        if month == "/pipermail/river-forum" and name == "2026-March.txt":
            return HttpReply(piper_month(talk), media_type="text/plain")
        if month != "/pipermail/river-forum/2026-March":
            return _GONE
        if name == "thread.html":
            return HttpReply(piper_threads(talk), media_type="text/html")
        post = next((post for post in mails.sent(talk) if name == f"{FIRST + post.number:06}.html"), None)
        return HttpReply(piper_page(post), media_type="text/html") if post else _GONE

    return answer


DOUBLES = [
    Double("publicinbox", f"{INBOX}/{quote(mails.message_id(4))}/T/#u", ("lore.kernel.org",), serve_inbox, TELLS),
    Double("hyperkitty", f"{KITTY}/list/{mails.LIST}/thread/{THREAD}/", ("lists.ilm.example",), serve_kitty, TELLS),
    Double("pipermail", f"{PIPER}/{FIRST + 4:06}.html", ("mail.ilm.example",), serve_piper, TELLS),
]
