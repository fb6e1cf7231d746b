"""Mails as they are written into an archive, for what is particular to one of them."""

from pipeline.fetch.discussions.mail import mail_thread

URL = "https://archive.ilm.example/river-forum/2026-03.mbox"
FROM = "From ann@mail.ilm.example Thu Mar  5 10:00:00 2026\n"
ADDRESS = "ann@mail.ilm.example"


def mail(body="It rains.", *more: str, sender=f"Ann Rivers <{ADDRESS}>", number=1, subject="Rain", **headers) -> bytes:
    """One mail with its line before; `more` are headers as they are written."""
    lines = [
        f"From: {sender}",
        f"Subject: {subject}",
        "Date: Thu, 5 Mar 2026 10:00:00 +0100",
        f"Message-ID: <{number}@mail.ilm.example>",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        *more,
    ]
    return (FROM + "\n".join(lines) + f"\n\n{body}\n\n").encode()


def only(raw: bytes):
    """The one post of an archive."""
    posts = mail_thread(raw, URL).posts
    assert len(posts) == 1
    return posts[0]
