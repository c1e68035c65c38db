"""What every table of rivalscope.toml is: unknown keys and values of another type are mistakes."""

from pydantic import BaseModel, ConfigDict


class StrictTable(BaseModel):
    """A table of the configuration, checked as it is read and never changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
