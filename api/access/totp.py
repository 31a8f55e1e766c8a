"""One-time codes of staff (RFC 6238): six digits, thirty seconds, each used once."""

import hmac
from datetime import datetime

import pyotp

STEP_SECONDS = 30
_WINDOW = 1


def make_secret() -> str:
    """Return a new secret in base 32, 160 random bits."""
    return pyotp.random_base32(32)


def uri(secret: str, *, login: str, issuer: str) -> str:
    """Return the otpauth URI that an authenticator app reads as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def matching_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """Return the time step whose code this is, one step of skew either way.

    Steps up to `after` were used before and never match again. Looks at every step
    of the window whatever it finds, so that time tells nothing.
    """
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in range(present - _WINDOW, present + _WINDOW + 1):
        is_code = hmac.compare_digest(totp.generate_otp(step), code)
        if is_code and step > after:
            found = step
    return found
