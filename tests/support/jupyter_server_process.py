"""`JupyterServer`: a Jupyter server in its own process, with this package's extension.

Tests send it raw HTTP: what a browser sends, and what a page of a foreign site makes it send.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

TOKEN = "a-token-of-the-tests"
START_TIMEOUT = 60.0
TIMEOUT = 20.0

# Denies the actions that the file names, to all users.
CONFIG = """
from pathlib import Path
from jupyter_server.auth import Authorizer

class Denying(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        denied = Path({denied!r}).read_text().split()
        return not (resource == "scaler_lab" and action in denied)

c.ServerApp.authorizer_class = Denying
"""


class HttpReply(NamedTuple):
    """The server's response."""

    status: int
    body: bytes
    cookies: dict[str, str]

    def json(self) -> Any:
        return json.loads(self.body)


class JupyterServer:
    """A running Jupyter server, and requests to it."""

    def __init__(self, folder: Path) -> None:
        config = folder / "config"
        config.mkdir()
        self._denied = folder / "denied"
        self.deny()
        (config / "jupyter_server_config.py").write_text(
            CONFIG.format(denied=str(self._denied)), encoding="utf-8"
        )
        enabled = {"ServerApp": {"jpserver_extensions": {"scaler_lab": True}}}
        (config / "jupyter_server_config.json").write_text(json.dumps(enabled))
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            self.port: int = sock.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        env = {
            **os.environ,
            "JUPYTER_NO_CONFIG": "",
            "JUPYTER_CONFIG_DIR": str(config),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTER_PREFER_ENV_PATH": "0",
        }
        self.log = folder / "server.log"
        command = [
            *(sys.executable, "-W", "error::Warning:scaler_lab", "-m", "jupyter_server"),
            *("--no-browser", "--allow-root", f"--ServerApp.port={self.port}"),
            *("--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}"),
            f"--IdentityProvider.token={TOKEN}",
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        self._wait_until_ready()

    def deny(self, *actions: str) -> None:
        """Make the server's authorizer refuse these actions from now on."""
        self._denied.write_text(" ".join(actions))

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> HttpReply:
        """Send one request with exactly these headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            text = body if isinstance(body, bytes | None) else json.dumps(body).encode()
            connection.request(method, path, text, headers or {})
            answer = connection.getresponse()
            set_cookies = answer.headers.get_all("Set-Cookie") or []
            cookies = dict(_pair(cookie) for cookie in set_cookies)
            # After a 101 comes the feed, which doesn't end.
            return HttpReply(answer.status, b"" if answer.status == 101 else answer.read(), cookies)
        finally:
            connection.close()

    def send(self, method: str, path: str, body: object = None) -> Any:
        """Send a request with the token, which must succeed; return the decoded response."""
        reply = self.request(method, path, body, {"Authorization": f"token {TOKEN}"})
        assert reply.status == 200, (reply.status, reply.body[:500])
        return reply.json()

    def log_in(self) -> dict[str, str]:
        """Return the cookies of a browser that is logged in, including its XSRF token."""
        cookies = self.request("GET", "/login").cookies
        reply = self.request(
            "POST",
            "/login",
            f"password={TOKEN}&_xsrf={cookies['_xsrf']}".encode(),
            {"Cookie": as_header(cookies), "Content-Type": "application/x-www-form-urlencoded"},
        )
        assert reply.status == 302, (reply.status, reply.body[:500])
        cookies.update(reply.cookies)
        # The XSRF token belongs to the user and is set with the first page.
        page = self.request("GET", "/login", headers={"Cookie": as_header(cookies)})
        return {**cookies, **page.cookies}

    def close(self) -> None:
        """End the server."""
        self.process.terminate()
        try:
            self.process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_TIMEOUT
        while True:
            try:
                self.request("GET", "/api")
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    self.close()
                    raise RuntimeError(f"no server: {self.log.read_text()[-3000:]}") from None
                time.sleep(0.05)  # a poll, because a starting server offers nothing to wait for
            else:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def as_header(cookies: dict[str, str]) -> str:
    """Return a Cookie header as a browser sends it."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _pair(set_cookie: str) -> tuple[str, str]:
    found = re.match(r"([^=]+)=([^;]*)", set_cookie)
    assert found is not None
    return found[1], found[2].strip('"') if found[1] == "_xsrf" else found[2]
