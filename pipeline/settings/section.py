"""What every section of the settings is."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict


class Section(BaseModel):
    """A section: frozen, closed to unknown names."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def readable_address(url: str) -> str:
    """`url`, whose host and port can be told. Raises ValueError, without a word of it, for one that breaks off within
    what may be a password: what stands behind it would pass for the port, and be named in errors."""
    try:
        parts = urlsplit(url)
        readable = parts.port != 0 and (parts.hostname or not url)
    except ValueError:
        readable = False
    if not readable:
        raise ValueError("its host and port cannot be told: in a password / is written %2F, @ %40, # %23 and ? %3F")
    return url


Address = Annotated[str, AfterValidator(readable_address)]
"""The address of a server that is asked."""
