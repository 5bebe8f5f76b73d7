"""Where every command gets its settings from."""

from __future__ import annotations

import os
from pathlib import Path

from farol.settings import Settings, load


def settings() -> Settings:
    """From the environment and `farol.toml` in the current folder. Raises SettingsError."""
    return load(os.environ, Path.cwd())
