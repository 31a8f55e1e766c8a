"""Every knob of the service, typed, with its reason.

Values come from environment variables (`ATTUNE_…`), or from files of the same name
in lower case in the directory that `ATTUNE_SECRETS_DIR` names. Nothing is read at
import; `create_app` is handed a `Settings`.
"""

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_SECRET = 32
DEMO_SECRET = "demo-only-secret-that-protects-nothing-at-all"  # noqa: S105 - it says so


class Settings(BaseSettings):
    """The configuration of one running service."""

    model_config = SettingsConfigDict(env_prefix="ATTUNE_", extra="ignore")

    database_url: str = "sqlite+aiosqlite:///var/attune.db"
    """SQLite holds one practice; PostgreSQL (`postgresql+asyncpg://…`) holds many."""

    secret_key: SecretStr = SecretStr("")
    """At least 32 characters; signs cursors and protects second factors at rest."""

    demo: bool = False
    """Allows the built-in secret and shows demo sign-in data. Never with real people."""

    docs: bool = False
    """Serve `/docs` and `/openapi.json`; the demo always does."""

    public_url: str = "http://127.0.0.1:8000"
    """How apps reach this service; the audience that devices sign for."""

    metrics_token: SecretStr | None = None
    """Bearer token for `/metrics`; without it (and outside the demo) there is none."""

    crisis_resources: Path | None = None
    """A JSON file of crisis resources in place of the one that ships; checked at start."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"

    pool_size: int = Field(default=10, ge=1, le=200)
    """Connections to PostgreSQL, or readers of SQLite, per process; half serve the hot
    paths. One makes two: each half has at least one."""

    max_body_bytes: int = Field(default=1_048_576, ge=1_024, le=16_777_216)
    """Largest request body: 200 operations of a sync fit. A longer one is refused
    before it is read to its end."""

    max_json_depth: int = Field(default=32, ge=4, le=256)

    access_token_minutes: int = Field(default=15, ge=1, le=15)
    """ASVS 7.3: short-lived; revocation is immediate all the same."""

    refresh_token_days: int = Field(default=30, ge=1, le=90)
    """Absolute life of a staff sign-in."""

    enrolment_code_hours: int = Field(default=24, ge=1, le=24)

    invitation_days: int = Field(default=7, ge=1, le=30)

    password_hash_memory_kib: int = Field(default=47_104, ge=8, le=1_048_576)
    """argon2id memory; OWASP's m=46 MiB, t=1, p=1. Tests use less."""

    password_hash_concurrency: int = Field(default=2, ge=1, le=64)
    """Hashes at a time; more would let sign-ins starve everything else."""

    throttle_attempts: int = Field(default=10, ge=1, le=100_000)
    """Wrong sign-ins or codes allowed per place and window."""

    throttle_window_minutes: int = Field(default=15, ge=1, le=1_440)

    instrument_texts: Path | None = None
    """A folder of text files for questionnaires whose words may not ship with the code;
    whoever puts a file there has confirmed its licence. Read at start."""

    worker_in_process: bool = True
    """Run due jobs inside the server; turn off where `attune worker` runs beside it."""

    @model_validator(mode="after")
    def _secret_must_be_real(self) -> Self:
        secret = self.secret_key.get_secret_value()
        if self.demo and not secret:
            self.secret_key = SecretStr(DEMO_SECRET)
            return self
        if secret == DEMO_SECRET and not self.demo:
            msg = "secret_key is the demo's; make your own: openssl rand -hex 32"
            raise ValueError(msg)
        if len(secret) < SHORTEST_SECRET:
            msg = (
                f"secret_key is missing or shorter than {SHORTEST_SECRET} characters; "
                "set ATTUNE_SECRET_KEY, or put it in a file named attune_secret_key "
                "in ATTUNE_SECRETS_DIR"
            )
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _texts_must_be_a_folder(self) -> Self:
        if self.instrument_texts is not None and not self.instrument_texts.is_dir():
            msg = "ATTUNE_INSTRUMENT_TEXTS names no directory"
            raise ValueError(msg)
        return self

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")


def load() -> Settings:
    """Read the settings from the environment and the secrets directory."""
    directory = os.environ.get("ATTUNE_SECRETS_DIR")
    if directory and not Path(directory).is_dir():
        msg = "ATTUNE_SECRETS_DIR names no directory"
        raise ValueError(msg)
    return Settings(_secrets_dir=directory)
