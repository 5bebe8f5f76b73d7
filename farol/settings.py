"""Every setting of Farol, declared once: name, type, limits, default, meaning.

Read by the composition roots only. The environment wins over `farol.toml` (in the folder farol is started in),
which wins over the default. In the file a setting is its name in lower case without `FAROL_`: `port = 8001`.
"""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from farol.refusal import Refusal

CONFIG_FILE = "farol.toml"
PortNumber = Annotated[int, Meta(ge=1, le=65535)]


class SettingsError(Refusal):
    """A setting cannot be used. The message names it and says what is wanted."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a provider may decide about an installation.

    PORT                    where the pages, the API and `/live` are served.
    HOST                    the address to listen on; anything but loopback is reachable by others.
    FAROL_HOME              the folder for everything Farol keeps: database, secrets, builds, logs.
    DATABASE_URL            a PostgreSQL 18 of yours, `postgresql://...`; unset: the embedded one in FAROL_HOME.
    REDIS_URL               a Redis or Valkey of yours, `redis://...`; unset: the embedded one in FAROL_HOME.
    FAROL_DEMO              1 for demo data, simulators and the login demo/demo; only on a loopback HOST.
    FAROL_SECRET            what device communities and cookies are sealed with, 32 characters or more; unset:
                            made once and kept in FAROL_HOME. Every process of an installation needs the same one.
    FAROL_RADIUS_ACCT_PORT  the UDP port where NAS send RADIUS accounting.
    FAROL_SNMP_TRAP_PORT    the UDP port where devices send traps; 162 needs rights an ordinary user lacks.
    FAROL_WORKERS           how many processes `farol up` serves with; they share the port.
    FAROL_TRUSTED_PROXIES   addresses, separated by commas, whose X-Forwarded headers are believed.
    """

    port: PortNumber = 8000
    host: Annotated[str, Meta(min_length=1)] = "127.0.0.1"
    home: Path = Path(".farol")
    database_url: str = ""
    redis_url: str = ""
    demo: bool = False
    secret: bytes = b""
    radius_acct_port: PortNumber = 1813
    snmp_trap_port: PortNumber = 1162
    workers: Annotated[int, Meta(ge=1, le=64)] = 1
    trusted_proxies: str = "127.0.0.1"

    @property
    def url(self) -> str:
        """Where a person on this machine opens the pages."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


NAMES = {
    field: field.upper() if field in ("port", "host", "database_url", "redis_url") else f"FAROL_{field.upper()}"
    for field in Settings.__struct_fields__
}
"""Field -> its name in the environment."""


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def load(environ: Mapping[str, str], folder: Path) -> Settings:
    """Reads the settings. `folder` holds `farol.toml`, if any. Raises `SettingsError`."""
    given: dict[str, Any] = _from_file(folder / CONFIG_FILE)
    given |= {field: environ[name] for field, name in NAMES.items() if environ.get(name)}
    settings = Settings(**{field: _converted(field, value) for field, value in given.items()})
    return _checked(msgspec.structs.replace(settings, home=(folder / settings.home).absolute()))


def _from_file(file: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}.") from error
    for name in found:
        if name not in NAMES:
            raise SettingsError(f"{file} sets {name!r}, which is no setting. There are: {', '.join(sorted(NAMES))}.")
    return found


def _converted(field: str, value: Any) -> Any:
    if field == "secret":
        return str(value).encode()
    if field == "home":
        return Path(str(value)).expanduser()
    (wanted,) = (entry for entry in msgspec.structs.fields(Settings) if entry.name == field)
    try:
        return msgspec.convert(value, wanted.type, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{NAMES[field]} is {value!r}: {str(error).lower()}.") from error


def _checked(settings: Settings) -> Settings:
    if settings.demo and not is_loopback(settings.host):
        raise SettingsError(
            f"FAROL_DEMO opens the login demo/demo, and HOST={settings.host} can be reached by others: "
            "use HOST=127.0.0.1, or FAROL_DEMO=0."
        )
    if settings.secret and len(settings.secret) < 32:
        raise SettingsError("FAROL_SECRET is shorter than 32 characters: use for example `openssl rand -base64 32`.")
    if settings.database_url:
        scheme, _, rest = settings.database_url.partition("://")
        if scheme not in ("postgresql", "postgres", "postgresql+asyncpg"):
            raise SettingsError("DATABASE_URL has to begin with postgresql://")
        settings = msgspec.structs.replace(settings, database_url=f"postgresql+asyncpg://{rest}")
    if settings.redis_url and not settings.redis_url.startswith(("redis://", "rediss://")):
        raise SettingsError("REDIS_URL has to begin with redis:// or rediss://")
    return settings


def as_environment(settings: Settings) -> dict[str, str]:
    """The settings as the environment of a child process, which reads exactly these."""

    def text(value: Any) -> str:
        if isinstance(value, bool):
            return "1" if value else "0"
        return value.decode() if isinstance(value, bytes) else str(value)

    return {name: text(getattr(settings, field)) for field, name in NAMES.items()}
