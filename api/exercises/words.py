"""Small shared types of the protocol language: codes, references, texts, numbers.

Everything here is a bound on a value. Nothing here knows what a step is.
"""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

T = TypeVar("T")

CODE_PATTERN = r"^[a-z][a-z0-9_]{0,39}$"
REF_PATTERN = r"^[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,39}$"
SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
# A card is printed and read aloud: no control characters, and none that steer a terminal.
PRINTABLE = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"


def plain(number: float) -> float | int:
    """Write 10.0 as 10, so that documents and schemas look as people write them."""
    return int(number) if number.is_integer() else number


Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN)]
Ref = Annotated[str, StringConstraints(pattern=REF_PATTERN)]
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=60)]
Label = Annotated[
    str, StringConstraints(min_length=1, max_length=160, pattern=PRINTABLE)
]
Sentence = Annotated[
    str, StringConstraints(min_length=1, max_length=1200, pattern=PRINTABLE)
]
Number = Annotated[
    float,
    Field(allow_inf_nan=False, ge=-1_000_000, le=1_000_000),
    PlainSerializer(plain),
]
Seconds = Annotated[
    float, Field(allow_inf_nan=False, ge=0, le=60), PlainSerializer(plain)
]
MovingSeconds = Annotated[
    float, Field(allow_inf_nan=False, gt=0, le=60), PlainSerializer(plain)
]
Length = Annotated[
    float, Field(allow_inf_nan=False, ge=0, le=240), PlainSerializer(plain)
]
# JSON has arrays; a frozen document wants tuples. Only the outer container is lenient.
Many = Annotated[tuple[T, ...], Field(strict=False)]


class Written(BaseModel):
    """The base of everything an author writes: frozen, strict, no unknown fields."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, validate_by_name=False
    )
