"""One production build, run by `frontend.build` as a process of its own inside the work directory.

Reflex reads its configuration, assets and lock files from the current directory and writes `.web` there, so
the current directory is never the checkout. Run as `python -m frontend.build_worker`.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

ENDPOINT = re.compile(r"(endpoint\.hostname = )frontend_hostname;")
HTTPS_PORT = re.compile(r'endpoint\.port = "";[^\n]*')


class CannotPatch(Exception):
    """Reflex's generated client no longer has the lines that decide which host it talks to."""


def follow_page_origin(state_js: str) -> str:
    """Makes Reflex's client use the page's own host and port, over http and https alike.

    Reflex 0.10.1 keeps the port it was built with on http and drops it on https (`getBackendURL`).
    """
    patched, hosts = ENDPOINT.subn(r"\1frontend_hostname;\n    endpoint.port = window.location.port;", state_js)
    patched, ports = HTTPS_PORT.subn("endpoint.port = window.location.port;", patched)
    if (hosts, ports) != (1, 1):
        raise CannotPatch(f"getBackendURL changed: {hosts} host lines and {ports} port lines instead of one each")
    return patched


def run() -> None:
    """Compiles every page and lets Vite bundle and prerender them into `.web/build/client`."""
    from reflex.utils import build, frontend_skeleton, prerequisites
    from reflex_base import constants
    from reflex_base.environment import environment

    environment.REFLEX_ENV_MODE.set(constants.Env.PROD)
    environment.REFLEX_COMPILE_CONTEXT.set(constants.CompileContext.EXPORT)
    frontend_skeleton.initialize_web_directory()  # type: ignore[no-untyped-call]
    prerequisites.get_compiled_app(prerender_routes=True, use_rich=False, trigger="export")
    web = prerequisites.get_web_dir()
    state_js = web / "utils" / "state.js"
    state_js.write_text(follow_page_origin(state_js.read_text()))
    build.setup_frontend(Path.cwd())
    environment_json = json.loads((web / "env.json").read_text())
    if not environment_json["EVENT"].endswith("/_event"):
        raise CannotPatch(f"Reflex's event endpoint moved to {environment_json['EVENT']}")
    build.build()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    os.umask(0o022)
    run()
