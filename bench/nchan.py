"""nginx with the nchan module (Debian: nginx-core, libnginx-mod-nchan) as a peer for the fan-out."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Unmeasured
from bench.installation import accepting, end, free_port, until

MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")

CONFIG = """
load_module {module};
daemon off; worker_processes 1; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location ~ /sub/(.+)$ {{ nchan_subscriber websocket; nchan_channel_id $1; nchan_channel_id_split_delimiter ",";
      nchan_subscriber_first_message newest; }}
    location ~ /pub/(.+)$ {{ nchan_publisher http; nchan_channel_id $1; nchan_message_buffer_length 10; }}
  }}
}}
"""


@dataclass(frozen=True, kw_only=True)
class Nginx:
    """`worker` is the process that serves; viewers connect to `path`."""

    port: int
    path: str
    worker: int

    @asynccontextmanager
    async def publisher(self, message: str) -> AsyncIterator[Callable[[int, int], Awaitable[None]]]:
        """Publishes over one kept connection: the cost to nginx is that of one small request per change."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)

        async def publish(topic: int, step: int) -> None:
            writer.write(
                f"POST /pub/{topic} HTTP/1.1\r\nHost: localhost\r\n"
                f"Content-Length: {len(message)}\r\n\r\n{message}".encode()
            )
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            await reader.readexactly(int(re.search(r"Content-Length: (\d+)", head)[1]))  # type: ignore[index]

        try:
            yield publish
        finally:
            writer.close()


def version() -> str:
    told = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr
    return told.strip().rpartition("/")[2]


@asynccontextmanager
async def running(channels: list[str]) -> AsyncIterator[Nginx]:
    """One worker; each viewer is subscribed to all channels by one WebSocket. Raises Unmeasured."""
    program = shutil.which("nginx")
    if program is None or not _installed():
        raise Unmeasured("nginx with nchan is not installed")
    with tempfile.TemporaryDirectory(prefix="farol-nchan-") as name:
        port = free_port()
        process = await asyncio.create_subprocess_exec(program, "-c", _configured(Path(name), port))
        try:
            await accepting(process, port)
            await until(lambda: bool(_children(process.pid)))  # the master listens before it has a worker
            yield Nginx(port=port, path=f"/sub/{','.join(channels)}", worker=_children(process.pid)[0])
        finally:
            await end(process)


def _configured(folder: Path, port: int) -> str:
    """The configuration's file. The worker is another user, and writes there too."""
    folder.chmod(0o777)
    file = folder / "nginx.conf"
    file.write_text(CONFIG.format(module=MODULE, folder=folder, port=port))
    return str(file)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _installed() -> bool:
    return MODULE.exists()
