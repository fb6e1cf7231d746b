"""The talk as mails to a list, in the ways that programs write them: wrapped, encoded, with HTML beside or instead of
plain text, with attachments and a list's footer. A mail stays what it was: an edit does not reach it, and one that was
taken back is not in the archive."""

import html
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime
from textwrap import wrap

from tests.discussions.talk import TITLE, TalkPost

LIST = "river-forum@lists.ilm.example"
SUBJECT = f"[River-forum] {TITLE}"
FOOTER = (
    "_______________________________________________\nRiver-forum mailing list\n"
    f"{LIST}\nhttps://lists.ilm.example/mailman/listinfo/river-forum\n"
)


def message_id(number: int) -> str:
    """The Message-ID of a mail, without its brackets."""
    return f"20260301.weir{number}+x=1@mail.ilm.example"


def sent(talk: Sequence[TalkPost]) -> list[TalkPost]:
    """What an archive has of a talk."""
    return [post._replace(said=post.said[:2]) if post.answers else post for post in talk if not post.withdrawn]


def mail_address(post: TalkPost) -> str:
    """The address that a mail comes from."""
    return f"{post.handle}@mail.ilm.example"


def date_of(post: TalkPost) -> str:
    """When it was sent, by the clock of its writer."""
    zone = timezone(timedelta(minutes=(0, 60, -300, 330, -210)[post.number % 5]))
    return format_datetime(datetime.fromisoformat(post.time).astimezone(zone))


def references_of(post: TalkPost, talk: Sequence[TalkPost]) -> list[str]:
    """What a mail follows, the oldest first."""
    found, answered = list[str](), post.answers
    while answered:
        found.insert(0, f"<{message_id(answered)}>")
        answered = talk[answered - 1].answers
    return found


def subject_of(post: TalkPost) -> str:
    """Its subject."""
    return f"{'Re: ' if post.answers else ''}{SUBJECT}"


def plain_of(post: TalkPost, talk: Sequence[TalkPost], at: str = "@") -> str:
    """The words of a mail as plain text, wrapped as mail programs do."""
    lines: list[str] = []
    for number, words in post.quotes:
        quoted = talk[number - 1]
        who = f"{quoted.author} <{mail_address(quoted).replace('@', at)}>"
        lines += [f"On {date_of(quoted)}, {who}", "wrote:", *(f"> {line}" for line in wrap(words, 68)), ""]
    for paragraph in post.said:
        lines += [*wrap(paragraph, 72), ""]
    return "\n".join([*lines, "-- ", f"{post.author}, at the Ilm", mail_address(post).replace("@", at), ""])


def html_of(post: TalkPost, talk: Sequence[TalkPost]) -> str:
    """The words of a mail as HTML."""
    parts = []
    for number, words in post.quotes:
        quoted = talk[number - 1]
        who = f'{quoted.author} &lt;<a href="mailto:{mail_address(quoted)}">{mail_address(quoted)}</a>&gt;'
        parts.append(
            f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On {date_of(quoted)}, {who} wrote:<br></div>'
            f'<blockquote class="gmail_quote" style="margin:0"><div dir="ltr">{html.escape(words)}</div></blockquote></div>'
        )
    said = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in post.said)
    return f"<html><head><style>p {{ margin: 0 }}</style></head><body>{''.join(parts)}{said}</body></html>"


def mail_of(post: TalkPost, talk: Sequence[TalkPost]) -> EmailMessage:
    """One mail as it went over the list."""
    mail, way = EmailMessage(), post.number % 5
    if way == 4:
        mail["From"] = f'"{post.author} via River-forum" <{LIST}>'
        mail["Reply-To"] = f"{post.author} <{mail_address(post)}>"
    else:
        mail["From"] = f'"{post.author}" <{mail_address(post)}>'
    mail["To"] = LIST
    mail["Subject"] = subject_of(post)
    mail["Date"] = date_of(post)
    mail["Message-ID"] = f"<{message_id(post.number)}>"
    if references := references_of(post, talk):
        mail["In-Reply-To"], mail["References"] = references[-1], " ".join(references)
    mail["List-Id"] = "Talk of the river <river-forum.lists.ilm.example>"
    plain = plain_of(post, talk)
    if way == 3:
        mail.set_content(html_of(post, talk), subtype="html", cte="quoted-printable")
        return mail
    mail.set_content(plain, cte=("quoted-printable", "7bit", "8bit", "7bit", "base64")[way])
    if way == 2:
        mail.add_alternative(html_of(post, talk), subtype="html")
    if way == 4:
        mail.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="weir.png")
        mail.add_attachment("The staff said 7.", filename="staff.txt")
        footer = EmailMessage()
        footer.set_content(FOOTER, disposition="inline")
        mail.attach(footer)
    return mail
