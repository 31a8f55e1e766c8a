"""Small shared types of instrument definitions: codes, texts, numbers, directions.

Everything here is a bound on a value. Nothing here knows what an item is.
"""

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
SetId = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,39}$")
]
Text = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"
    ),
]
Loinc = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}-[0-9]$")]
LoincAnswer = Annotated[str, StringConstraints(pattern=r"^LA[0-9]{1,7}-[0-9]$")]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-10_000, le=10_000)]
Whole = Annotated[int, Field(ge=-1_000, le=1_000)]
# YAML has lists; a frozen definition wants tuples. Only the outer container is lenient.
Many = Annotated[tuple[T, ...], Field(strict=False)]

Direction = Literal["lower", "higher"]
"""Which way is better."""


class Written(BaseModel):
    """The base of everything written in a definition: frozen, strict, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
