"""Sends a request to a receiver that the operator's settings name, wherever it stands. No redirect is followed and no
proxy of the environment used: what is sent, and the token with it, goes to that address and nowhere else."""

from urllib.parse import urlsplit

import httpx2

from pipeline.app.notify.forms import HookRequest, Receiver
from pipeline.net.direct import DirectBackend
from pipeline.net.redact import without_key
from pipeline.net.sockets import Deadline, TooManyBytes, Transport
from pipeline.records.notices import Attempt

_DEADLINE_S = 15.0  # of a request in all, as Standard Webhooks advises
_MOST_BYTES = 100_000  # of an answer, which is not read


def send(request: HookRequest) -> Attempt:
    """Sends it. The message of what went wrong names the host alone: the address may be a secret."""
    host = urlsplit(request.url).hostname or "the receiver"
    try:
        status = _status(request)
    except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
        return Attempt(f"{host} could not be reached ({_said(error, request)})")
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, ValueError):  # ValueError: a header that no codec takes
        return Attempt(f"the address at {host}, or a header for it, cannot be used: correct it in the environment")
    except (httpx2.HTTPError, TooManyBytes) as error:
        return Attempt(f"{host} did not answer ({_said(error, request)})", may_have_arrived=True)
    return Attempt(None if 200 <= status < 300 else f"{host} answered {status}")


def answers(receiver: Receiver) -> tuple[bool, str]:
    """Whether the receiver answers at all, found out without telling it anything."""
    headers = {"Authorization": f"Bearer {receiver.token}"} if receiver.token else {}
    request = HookRequest("HEAD", receiver.url, b"", headers)
    host = urlsplit(receiver.url).hostname or "the receiver"
    try:
        status = _status(request)
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, ValueError):
        return False, f"the address at {host}, or a header for it, cannot be used: correct it"
    except (httpx2.HTTPError, TooManyBytes) as error:
        return False, f"{host} does not answer ({_said(error, request)})"
    return status < 500, f"{host} answers (HTTP {status})"


def _status(request: HookRequest) -> int:
    deadline = Deadline(_DEADLINE_S)
    transport = Transport(DirectBackend(lambda: deadline, _MOST_BYTES))
    with (
        httpx2.Client(transport=transport, trust_env=False, follow_redirects=False, timeout=_DEADLINE_S) as client,
        client.stream(request.method, request.url, content=request.body, headers=request.headers) as response,
    ):
        return response.status_code


def _said(error: Exception, request: HookRequest) -> str:
    return without_key(" ".join(str(error).split()) or type(error).__name__, request.url)
