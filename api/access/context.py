"""What doors take from the running app besides the transaction, and say of tokens."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from api.access import service_throttle as throttle
from api.access.hashing import Passwords
from api.access.schemas import TokensOut
from api.access.service_sign_ins import Opened
from api.foundation import clock
from api.foundation.crypto import Keys
from api.foundation.settings import Settings


async def _settings(request: Request) -> Settings:
    settings = request.app.state.settings
    assert isinstance(settings, Settings)  # noqa: S101 - a start-up fault, not input
    return settings


async def _keys(request: Request) -> Keys:
    keys = request.app.state.keys
    assert isinstance(keys, Keys)  # noqa: S101 - a start-up fault, not input
    return keys


async def _passwords(request: Request) -> Passwords:
    passwords = request.app.state.passwords
    assert isinstance(passwords, Passwords)  # noqa: S101 - a start-up fault, not input
    return passwords


async def _place(request: Request) -> str:
    return throttle.network_of(request.client.host if request.client else None)


AppSettings = Annotated[Settings, Depends(_settings)]
AppKeys = Annotated[Keys, Depends(_keys)]
AppPasswords = Annotated[Passwords, Depends(_passwords)]
Place = Annotated[str, Depends(_place)]
"""The network a request comes from, as the throttle counts it."""


def tokens_out(opened: Opened) -> TokensOut:
    """Say a staff sign-in's tokens."""
    assert opened.refresh is not None  # noqa: S101 - only staff sign-ins come here
    return TokensOut(
        access_token=opened.access.text,
        token_type="Bearer",  # noqa: S106 - the RFC's word
        expires_in=seconds_until(opened.access_expires_at),
        refresh_token=opened.refresh.text,
        sign_in_id=opened.sign_in.id,
    )


def seconds_until(moment: datetime) -> int:
    """Return whole seconds from now."""
    return int((moment - clock.now()).total_seconds() + 0.5)
