"""What an operator is told of where they are, and by which ways. No secret stands here: the environment's names for
them do."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from pipeline.records.notices import Channel, Event
from pipeline.settings.section import Address, Section


class WebhookSettings(Section):
    """A server that is told by an HTTP request. Its address may be anywhere, also on a private network: who writes it
    here allows it."""

    url: Address = Field(
        default="", pattern=r"^(https?://[^\s/@?#]+([/?#]\S*)?)?$", description="the address that is told"
    )
    url_from: str = Field(
        default="", description="the environment's name for that address, where it is a secret, as Slack's is"
    )
    form: Literal["json", "slack", "ntfy", "matrix"] = Field(
        default="json",
        description="what is sent: `json` (Standard Webhooks), or what `slack` (Mattermost), `ntfy` or `matrix` take",
    )
    secret_from: str = Field(
        default="", description="the environment's name for the secret (`whsec_…`) that `json` is signed with"
    )
    token_from: str = Field(
        default="", description="the environment's name for a token to send, as `ntfy` and `matrix` may want one"
    )

    @property
    def is_set(self) -> bool:
        """Whether there is anyone to tell."""
        return bool(self.url or self.url_from)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.url and self.url_from:
            raise ValueError("url and url_from are both set: keep one of them")
        if self.secret_from and self.form != "json":
            raise ValueError(f"secret_from signs what `json` sends, and form is {self.form!r}: take one of them out")
        return self


class MailSettings(Section):
    """Mail by SMTP."""

    to: tuple[str, ...] = Field(default=(), description="who gets mail; nobody, no mail")
    sender: str = Field(default="", description="the address it comes from")
    server: str = Field(
        default="", pattern=r"^(\[[0-9A-Fa-f:]+\]|[^\s:/@]+)?(:\d+)?$", description="the mail server, `host:port`"
    )
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="how the connection is kept private; `none` is for a server on this machine"
    )
    user: str = Field(default="", description="the name to log in with, where the server wants one")
    password_from: str = Field(default="", description="the environment's name for the password")

    @property
    def is_set(self) -> bool:
        """Whether there is anyone to tell."""
        return bool(self.to)

    @property
    def address(self) -> tuple[str, int]:
        """The server's host and port."""
        parts = urlsplit(f"//{self.server}")
        return parts.hostname or "", parts.port or {"tls": 465, "starttls": 587, "none": 25}[self.security]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.to and not (self.sender and self.server):
            raise ValueError("mail needs sender and server where it has somebody in `to`")
        for address in (*self.to, *((self.sender,) if self.sender else ())):
            name, at, host = address.rpartition("@")
            if not (name and at and host) or not address.isprintable() or " " in address or "," in address:
                raise ValueError(f"{address!r} is no mail address: write it as name@host")
        return self


class NotifySettings(Section):
    """Of what one is told."""

    events: tuple[Event, ...] = Field(
        default=("version", "failed", "ceiling"),
        description="what is told: a new `version`, a run or batch that `failed`, a `ceiling` that was reached",
    )
    webhook: WebhookSettings = WebhookSettings()
    mail: MailSettings = MailSettings()

    def channels(self, event: Event) -> tuple[Channel, ...]:
        """By which ways the event is told."""
        ways: tuple[tuple[Channel, bool], ...] = (("webhook", self.webhook.is_set), ("mail", self.mail.is_set))
        return tuple(channel for channel, is_set in ways if is_set) if event in self.events else ()
