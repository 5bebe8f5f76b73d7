"""Settings made whole: what was left unset is found in `FAROL_HOME`."""

from __future__ import annotations

import msgspec

from farol.embedded.place import keep_secret
from farol.embedded.postgres import EmbeddedPostgres
from farol.embedded.valkey import EmbeddedValkey
from farol.settings import Settings


def filled(settings: Settings) -> Settings:
    """The addresses of the embedded servers and the secret of this home, where the settings name none.

    Raises `EmbeddedServerError` when an embedded server is wanted that was never started.
    """
    return msgspec.structs.replace(
        settings,
        database_url=settings.database_url or EmbeddedPostgres(settings.home).url,
        redis_url=settings.redis_url or EmbeddedValkey(settings.home).url,
        secret=settings.secret or keep_secret(settings.home / "secret").encode(),
    )
