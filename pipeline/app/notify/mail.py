"""Sends a message by SMTP, as plain text."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from pipeline.app.notify.message import Message
from pipeline.net.direct import is_local
from pipeline.net.redact import without_key
from pipeline.records.notices import Attempt
from pipeline.settings.notify import MailSettings

_STEP_S = 15.0  # that the server may take for one answer


class _RefusedError(Exception):
    """Settings by which nothing may be sent."""


def send(settings: MailSettings, password: str, message: Message, now: datetime) -> Attempt:
    """Sends the message to everyone in `to`, or to nobody. What goes wrong once the server has its text may come behind
    its arrival."""
    given = False
    try:
        with _logged_in(settings, password) as server:
            mail = _mail(settings, message, now)
            given = True
            refused = server.send_message(mail, settings.sender, list(settings.to))
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        return Attempt(_said(settings, password, error))
    except (OSError, smtplib.SMTPException, ValueError, _RefusedError) as error:
        return Attempt(_said(settings, password, error), may_have_arrived=given)
    if refused:
        return Attempt(f"{settings.address[0]} refused {', '.join(refused)}", may_have_arrived=True)
    return Attempt()


def answers(settings: MailSettings, password: str) -> tuple[bool, str]:
    """Whether the server answers and lets us in, found out without sending anything."""
    try:
        with _logged_in(settings, password) as server:
            server.noop()
    except (OSError, smtplib.SMTPException, ValueError, _RefusedError) as error:
        return False, _said(settings, password, error)
    return True, f"{settings.address[0]} answers" + (" and lets us in" if settings.user else "")


@contextmanager
def _logged_in(settings: MailSettings, password: str) -> Iterator[smtplib.SMTP]:
    host, port = settings.address
    if settings.security == "none" and settings.user and not is_local(host):
        raise _RefusedError("the password would go out for all to read: set security to 'starttls' or 'tls'")
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_STEP_S, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=_STEP_S)
    with server:
        if settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.user:
            server.login(settings.user, password)
        yield server


def _mail(settings: MailSettings, message: Message, now: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.subject, settings.sender, ", ".join(settings.to)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.id}@{settings.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # so that nobody's absence answers it (RFC 3834)
    mail.set_content(message.text + "\n")
    return mail


def _said(settings: MailSettings, password: str, error: Exception) -> str:
    """What went wrong, without the password, which a server may repeat."""
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        said = f"answered {error.smtp_code} {answer}"
    elif isinstance(error, smtplib.SMTPRecipientsRefused):
        said = f"refused {', '.join(error.recipients)}"
    else:
        said = f"could not be used ({error or type(error).__name__})"
    return without_key(" ".join(f"{settings.address[0]} {said}".split())[:300], password)
