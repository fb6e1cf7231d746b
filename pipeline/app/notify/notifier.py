"""Takes what waits in the outbox, tells it, and remembers how that went. Nothing that goes wrong here stops a run."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pipeline.app.notify import mail, webhook
from pipeline.app.notify.forms import REPEATABLE, Receiver, request_for
from pipeline.app.notify.message import Message, run_message, test_message, version_message
from pipeline.errors import BusyError, MachineError, SettingsError, StoreError, UsageError, in_one_line
from pipeline.records.notices import Attempt, Channel, Delivery, Notice
from pipeline.records.runs import Progress, ProgressEvent
from pipeline.settings import Settings
from pipeline.settings.section import readable_address
from pipeline.store import outbox
from pipeline.store import versions as version_store
from pipeline.store.database import Store

LOCK = "_outbox"  # no thread's slug has an underscore

# Chosen, not measured:
_MOST_TRIES = 8
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=12)


class Notifier:
    """Tells what waits. `secret` gives what the environment has under a name, or ""; `now` is the time."""

    def __init__(
        self, settings: Settings, store: Store, secret: Callable[[str], str], now: Callable[[], datetime]
    ) -> None:
        self._settings, self._base_url = settings.notify, settings.site.base_url
        self._store, self._secret, self._now = store, secret, now

    def add(self, *notices: Notice) -> None:
        """Puts notices that no transaction of their own stores into the outbox."""
        channels = [(notice, self._settings.channels(notice.event)) for notice in notices]
        if any(ways for _, ways in channels):
            with self._store.writing() as connection:
                for notice, ways in channels:
                    outbox.add(connection, notice, ways)

    def tell(self, progress: Progress) -> None:
        """Tells what waits and may be tried now. A way that fails is not tried again at once. What goes wrong is told
        to `progress`, and in `status`; where another process is telling, it is left to that."""
        try:
            with self._store.reading() as connection:
                waits = bool(outbox.waiting(connection))
            if waits:
                with self._store.lock(LOCK, f"a telling at {self._now():%Y-%m-%d %H:%M:%S} UTC", "the outbox"):
                    self._tell_all(progress)
        except BusyError:
            return
        except MachineError as error:
            progress(ProgressEvent("", "failed", f"nobody could be told: {error}", "problem"))
        except Exception as error:  # whatever it is: the run before it is done, and stays so
            said = f"nobody could be told: a fault of this program ({in_one_line(error)})"
            progress(ProgressEvent("", "failed", said, "problem"))

    def check(self, *, sends: bool) -> list[tuple[str, bool, str]]:
        """Whether each receiver answers: its name, whether it is well, a plain verdict. With `sends` each gets a test
        message."""
        checked = []
        test, now = test_message(self._now()), self._now()
        for channel in ("webhook", "mail"):
            if not self._is_set(channel):
                continue
            try:
                if sends:
                    problem = self._send(channel, test, now).problem
                    verdict = (problem is None, problem or "took a test message")
                else:
                    verdict = self._answers(channel)
            except (SettingsError, ValueError) as error:
                verdict = (False, str(error))
            checked.append((channel, *verdict))
        return checked

    def _tell_all(self, progress: Progress) -> None:
        failing: set[Channel] = set()
        with self._store.reading() as connection:
            waiting = outbox.waiting(connection)
        for delivery in waiting:
            done = self._left_by_a_kill(delivery) if delivery.state == "sending" else delivery
            if done.state == "waiting":
                if done.channel in failing or not self._is_due(done):
                    continue
                done = self._tell(done)
                if done.problem:
                    failing.add(done.channel)
            self._keep(done)
            said = f"{done.notice.subject}, by {done.channel}"
            if done.problem:
                progress(ProgressEvent(done.notice.thread or "", "failed", f"{said}: {done.problem}", "problem"))
            else:
                progress(ProgressEvent(done.notice.thread or "", "told", said))

    def _tell(self, delivery: Delivery) -> Delivery:
        """A try: it is marked before it is made."""
        if not self._is_set(delivery.channel):
            problem = f"settings have no [notify.{delivery.channel}] any more"
            return delivery.model_copy(update={"state": "given up", "problem": problem})
        now = self._now()
        marked = delivery.model_copy(update={"state": "sending", "tries": delivery.tries + 1, "tried_at": now})
        self._keep(marked)
        try:
            attempt = self._send(delivery.channel, self._message(delivery.notice), now)
        except (UsageError, ValueError) as error:
            attempt = Attempt(str(error))
        except StoreError:
            raise
        except Exception as error:  # one message's, whatever it is: the others are told
            attempt = Attempt(f"a fault of this program ({in_one_line(error)})", may_have_arrived=True)
        return self._after(marked, attempt)

    def _after(self, delivery: Delivery, attempt: Attempt) -> Delivery:
        if attempt.problem is None:
            return delivery.model_copy(update={"state": "told", "problem": None})
        problem, state = attempt.problem, "waiting"
        if attempt.may_have_arrived and not self._is_repeatable(delivery.channel):
            problem, state = f"{problem}; it may have arrived, and is not told again", "given up"
        elif delivery.tries >= _MOST_TRIES:
            problem, state = f"{problem}; after {delivery.tries} tries it is given up", "given up"
        return delivery.model_copy(update={"state": state, "problem": problem})

    def _left_by_a_kill(self, delivery: Delivery) -> Delivery:
        """What was being sent when its process ended: nobody holds the lock any more."""
        return self._after(delivery, Attempt("the program was ended while it was told", may_have_arrived=True))

    def _is_set(self, channel: Channel) -> bool:
        return self._settings.mail.is_set if channel == "mail" else self._settings.webhook.is_set

    def _is_repeatable(self, channel: Channel) -> bool:
        return channel == "webhook" and self._settings.webhook.form in REPEATABLE

    def _is_due(self, delivery: Delivery) -> bool:
        if delivery.tried_at is None:
            return True
        pause = min(_FIRST_PAUSE * 4.0 ** max(delivery.tries - 1, 0), _LONGEST_PAUSE)
        return self._now() - delivery.tried_at >= pause

    def _keep(self, delivery: Delivery) -> None:
        with self._store.writing() as connection:
            outbox.save(connection, delivery)

    def _message(self, notice: Notice) -> Message:
        if notice.thread is None or notice.version is None:
            return run_message(notice)
        with self._store.reading() as connection:
            version = version_store.one(connection, notice.thread, notice.version)
        if version is None:
            raise UsageError(f"{notice.subject} is not there any more")
        return version_message(notice, version, self._base_url)

    def _send(self, channel: Channel, message: Message, now: datetime) -> Attempt:
        """Raises SettingsError or ValueError where settings or the environment lack what it takes."""
        if channel == "mail":
            return mail.send(self._settings.mail, self._password(), message, now)
        return webhook.send(request_for(self._receiver(), message, now))

    def _answers(self, channel: Channel) -> tuple[bool, str]:
        if channel == "mail":
            return mail.answers(self._settings.mail, self._password())
        receiver = self._receiver()
        well, verdict = webhook.answers(receiver)
        unsigned = receiver.form == "json" and not receiver.secret
        return well, f"{verdict}; what it is told is not signed: name a secret in secret_from" if unsigned else verdict

    def _receiver(self) -> Receiver:
        hook = self._settings.webhook
        url = hook.url or self._named(hook.url_from, "[notify.webhook] url_from")
        if not url.startswith(("https://", "http://")):
            raise SettingsError(f"{hook.url_from} holds no web address: put https://… into the environment")
        try:
            readable_address(url)
        except ValueError as error:
            raise SettingsError(f"{hook.url_from} holds no address that can be asked: {error}") from None
        secret = self._named(hook.secret_from, "[notify.webhook] secret_from")
        return Receiver(url, hook.form, secret, self._named(hook.token_from, "[notify.webhook] token_from"))

    def _password(self) -> str:
        return self._named(self._settings.mail.password_from, "[notify.mail] password_from")

    def _named(self, name: str, setting: str) -> str:
        """What the environment has under `name`; "" where settings name none."""
        found = self._secret(name).strip() if name else ""
        if name and not found:
            raise SettingsError(f"{name} is not set, and {setting} names it: set it in the environment")
        return found
