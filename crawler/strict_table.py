"""What every table of rivalscope.toml is: unknown keys and values of another type are mistakes."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

_LONGEST_NAME_BYTES = 255


class StrictTable(BaseModel):
    """A table of the configuration, checked as it is read and never changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _path(value: str) -> str:
    if "\0" in value or any(len(name.encode()) > _LONGEST_NAME_BYTES for name in value.split("/")):
        raise ValueError(f"holds a character, or a name of more than {_LONGEST_NAME_BYTES} bytes, that no path has")
    return value


PathText = Annotated[str, AfterValidator(_path)]
"""Where a file or folder is, as a user writes it."""
