"""The practice itself."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from api.foundation.database import Moment
from api.foundation.ids import new_id


class Practice(SQLModel, table=True):
    """A practice; its id stands first in the key of every other row."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=120)
    zone: str = Field(max_length=64)
    version: int = 1
    opened_at: datetime = Field(sa_type=Moment)
