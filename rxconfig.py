"""Reflex looks for its configuration under this name, in the directory where it builds: see `frontend/build.py`."""

from frontend.settings import config

__all__ = ["config"]
