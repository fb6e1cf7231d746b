"""What every section of the settings is."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section: frozen, closed to unknown names."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
