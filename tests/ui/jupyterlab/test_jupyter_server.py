"""The Jupyter server's part: permissions, messages, and the effect of its commands."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor, wait
from pathlib import Path

import psutil
import pytest
from helpers import connection_of, engine_of
from jupyter_server_process import TOKEN, JupyterServer, as_header
from scenarios import TIMEOUT, held
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from scaler_lab import Client, LocalEngine, Resolution
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.program_name import program_name
from scaler_lab.testing import _work

NOBODY = "0" * 32
WEBSOCKET = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    with JupyterServer(tmp_path_factory.mktemp("jupyter")) as server:
        yield server


@pytest.fixture(scope="module")
def browser(server: JupyterServer) -> dict[str, str]:
    """The cookies of a browser that is logged in."""
    return server.log_in()


def _engine_id(client: Client) -> str:
    assert isinstance(client.engine, LocalEngine)
    return runtime_dir.find(client.engine.name).engine_id


# -- who may --------------------------------------------------------------------------------------

WHO = ["nobody", "wrong token", "cookie", "cookie and xsrf", "token header", "token query"]
FROM = ["", "own", "other", "null", "suffix"]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("origin", FROM)
def test_only_authorized_requests_are_accepted(
    who: str, origin: str, server: JupyterServer, browser: dict[str, str]
) -> None:
    headers: dict[str, str] = {}
    query = ""
    match who:
        case "wrong token":
            headers["Authorization"] = "token of-somebody-else"
        case "cookie":
            headers["Cookie"] = as_header(browser)
        case "cookie and xsrf":
            headers["Cookie"] = as_header(browser)
            headers["X-XSRFToken"] = browser["_xsrf"]
        case "token header":
            headers["Authorization"] = f"token {TOKEN}"
        case "token query":
            query = f"?token={TOKEN}"
        case _:
            pass
    match origin:
        case "own":
            headers["Origin"] = server.origin
        case "other":
            headers["Origin"] = "http://evil.example"
        case "null":
            headers["Origin"] = "null"
        case "suffix":
            headers["Origin"] = f"{server.origin}.evil.example"
        case _:
            pass

    has_token = who.startswith("token")
    is_known = has_token or who.startswith("cookie")
    # A token is no cookie that a browser adds by itself: who has it may ask from anywhere.
    is_near = has_token or origin in ("", "own")
    may_write = has_token or (who == "cookie and xsrf" and is_near)

    engines, cancel = f"/scaler-lab/engines{query}", f"/scaler-lab/engines/{NOBODY}/cancel{query}"
    blocked = {403, 404}
    got = server.request("GET", engines, headers=headers)
    assert got.status == 200 if is_known and is_near else got.status in blocked
    assert (b'"engines"' in got.body) == (is_known and is_near)
    told = server.request("POST", cancel, {"all": True}, headers)
    reached = b"no engine with the id" in told.body
    assert reached == may_write
    assert told.status in blocked
    for method in ("PUT", "PATCH", "DELETE"):
        status = server.request(method, cancel, {}, headers).status
        assert status == 405 if may_write else status in blocked
    feed = server.request("GET", f"/scaler-lab/feed{query}", headers={**headers, **WEBSOCKET})
    assert feed.status == (101 if is_known and is_near else 403)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_nothing_changes_unless_by_a_post(
    method: str, server: JupyterServer, local_client: Client, tmp_path: Path
) -> None:
    future = held(local_client, tmp_path)
    headers = {"Authorization": f"token {TOKEN}"}
    for verb in ("cancel", "retry"):
        path = f"/scaler-lab/engines/{_engine_id(local_client)}/{verb}?all=true"
        server.request(method, path, {"all": True, "task_ids": [future.task_id]}, headers)
    details = f"/scaler-lab/engines/{_engine_id(local_client)}/tasks/{future.task_id}"
    assert server.send("GET", details)["task"]["status"] == "running"


def test_the_authorizer_is_consulted_for_reading_and_for_writing(
    server: JupyterServer, local_client: Client, tmp_path: Path
) -> None:
    future = held(local_client, tmp_path)
    host = f"/scaler-lab/engines/{_engine_id(local_client)}"
    headers = {"Authorization": f"token {TOKEN}"}
    ask = {"task_ids": [future.task_id]}
    try:
        server.deny("write")
        assert server.request("GET", "/scaler-lab/engines", headers=headers).status == 200
        assert server.request("POST", f"{host}/cancel", ask, headers).status == 403
        assert server.request("POST", f"{host}/retry", ask, headers).status == 403
        server.deny("read")
        assert server.request("GET", "/scaler-lab/engines", headers=headers).status == 403
        task = f"{host}/tasks/{future.task_id}"
        assert server.request("GET", task, headers=headers).status == 403
        feed = server.request("GET", "/scaler-lab/feed", headers={**headers, **WEBSOCKET})
        assert feed.status == 403
    finally:
        server.deny()
    assert future.status == "running"


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1", 200), ("[::1]", 200), ("localhost", 200), ("evil.example", 403)],
)
def test_a_rebound_name_is_refused(host: str, status: int, server: JupyterServer) -> None:
    headers = {"Authorization": f"token {TOKEN}", "Host": f"{host}:{server.port}"}
    assert server.request("GET", "/scaler-lab/engines", headers=headers).status == status


def test_it_opens_no_port_of_its_own(server: JupyterServer, local_client: Client) -> None:
    server.send("POST", f"/scaler-lab/engines/{_engine_id(local_client)}/cancel", {"all": True})
    open_ports = psutil.Process(server.process.pid).net_connections("tcp")
    listening = {c.laddr.port for c in open_ports if c.status == psutil.CONN_LISTEN}
    assert listening == {server.port}


def test_a_server_with_known_holes_is_not_installed_with_it() -> None:
    project = tomllib.loads(Path(__file__).parents[3].joinpath("pyproject.toml").read_text())
    extras: dict[str, list[str]] = project["project"]["optional-dependencies"]
    for extra in ("lab", "test"):
        found = list(extras[extra])
        for requirement in found:  # grows: an extra may name others
            if own := re.fullmatch(r"scaler-lab\[(.+)\]", requirement):
                found += [line for name in own[1].split(",") for line in extras[name]]
        assert "jupyter-server>=2.18" in found


# -- what it takes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/scaler-lab/engines/../../etc/passwd/cancel",
        "/scaler-lab/engines/..%2f..%2fx/cancel",
        f"/scaler-lab/engines/{'A' * 32}/cancel",
        f"/scaler-lab/engines/{'a' * 31}/cancel",
        f"/scaler-lab/engines/{'a' * 33}/cancel",
        f"/scaler-lab/engines/{'a' * 32}%0a/cancel",
        f"/scaler-lab/engines/{'a' * 32}%00/cancel",
        "/scaler-lab/engines//cancel",
    ],
)
def test_a_path_with_no_real_id_leads_nowhere(path: str, server: JupyterServer) -> None:
    headers = {"Authorization": f"token {TOKEN}"}
    assert server.request("POST", path, {"all": True}, headers).status == 404


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"task_ids": ["x"]}',
        b'{"task_ids": [5]}',
        b'{"task_ids": ["' + b"a" * 32 + b'\\n"]}',
        b'{"task_ids": "' + b"a" * 32 + b'"}',
        b'{"task_ids": [], "force": "yes"}',
        b'{"rm": true}',
        b'{"task_ids": ["%s%d"]}',
    ],
)
def test_a_body_that_is_not_in_its_words_is_a_400(body: bytes, server: JupyterServer) -> None:
    headers = {"Authorization": f"token {TOKEN}"}
    reply = server.request("POST", f"/scaler-lab/engines/{NOBODY}/cancel", body, headers)
    assert reply.status == 400
    assert isinstance(reply.json()["message"], str)


def test_a_body_may_be_too_large(server: JupyterServer) -> None:
    headers = {"Authorization": f"token {TOKEN}"}
    body = b'{"task_ids": []' + b" " * (1 << 20) + b"}"
    assert (
        server.request("POST", f"/scaler-lab/engines/{NOBODY}/cancel", body, headers).status == 413
    )


def test_engines_that_are_none_are_not_listed(server: JupyterServer, tmp_path: Path) -> None:
    root = runtime_dir.root()
    (root / NOBODY).symlink_to(tmp_path, target_is_directory=True)
    try:
        assert server.send("GET", "/scaler-lab/engines") == {"engines": []}
    finally:
        (root / NOBODY).unlink()


# -- what it tells --------------------------------------------------------------------------------


def test_an_engine_is_listed_by_its_program(server: JupyterServer, local_client: Client) -> None:
    [engine] = server.send("GET", "/scaler-lab/engines")["engines"]
    assert engine["id"] == _engine_id(local_client)
    assert engine["program"] == engine["title"] == program_name()
    assert engine["workers"] == 2
    assert set(engine) == {
        *("id", "name", "program", "place", "title", "kind", "pid", "workers", "startedAt"),
        *("counts", "trouble"),
    }


def test_no_address_leaves_the_server(server: JupyterServer) -> None:
    with LocalEngine(n_workers=1) as engine, Client(engine) as client:
        connection = runtime_dir.find(engine.name)
        future = client.submit(abs, -3)
        assert future.result(TIMEOUT) == 3
        engine_id = connection.engine_id
        said = json.dumps(server.send("GET", "/scaler-lab/engines"))
        said += json.dumps(
            server.send("GET", f"/scaler-lab/engines/{engine_id}/tasks/{future.task_id}")
        )
        said += "".join(asyncio.run(_heard(server, engine_id, lambda text: '"snapshot"' in text)))
        for field in ("address", "feed", "lifeline"):
            assert getattr(connection, field) not in said, field
        assert connection.folder not in said


async def _heard(
    server: JupyterServer, engine_id: str, is_enough: Callable[[str], bool]
) -> list[str]:
    """Return all that a page receives about that engine, until *is_enough*."""
    socket = await _feed(server)
    await socket.write_message(json.dumps(["watch", [engine_id]]))
    texts: list[str] = []
    while not texts or not is_enough(texts[-1]):
        message = await asyncio.wait_for(socket.read_message(), TIMEOUT)
        assert isinstance(message, str), f"closed after {texts}"
        texts.append(message)
    socket.close()
    while await asyncio.wait_for(socket.read_message(), TIMEOUT) is not None:
        pass  # until the server closes it too
    return texts


async def _feed(server: JupyterServer) -> WebSocketClientConnection:
    request = HTTPRequest(
        f"ws://127.0.0.1:{server.port}/scaler-lab/feed",
        headers={"Authorization": f"token {TOKEN}"},
    )
    return await websocket_connect(request)


def test_a_page_receives_every_change(server: JupyterServer, local_client: Client) -> None:
    futures = list(local_client.submit_each(abs, range(3_000)))
    for future in futures:
        future.result(TIMEOUT)
    rows: dict[str, str] = {}

    def take(text: str) -> bool:
        message = json.loads(text)
        if message[0] != "feed":
            return False
        [told] = message[3]
        columns = {"snapshot": 4, "changes": 3}.get(told[0])
        if columns is not None and told[columns]:
            rows.update(zip(told[columns][0], told[columns][3], strict=True))
        return len(rows) == 3_000 and set(rows.values()) == {"succeeded"}

    asyncio.run(_heard(server, _engine_id(local_client), take))
    assert set(rows) == {future.task_id for future in futures}


@pytest.mark.skipif(sys.platform != "linux", reason="usage is read from /proc")
def test_a_page_gets_what_tasks_use_if_it_requests_that_and_only_then(
    server: JupyterServer, local_client: Client, tmp_path: Path
) -> None:
    future = held(local_client, tmp_path)
    engine_id = _engine_id(local_client)

    async def watch() -> list[str]:
        socket, silent = await _feed(server), await _feed(server)
        for page in (socket, silent):
            await page.write_message(json.dumps(["watch", [engine_id]]))
        heard: list[str] = []
        while not any('"snapshot"' in text for text in heard):
            heard.append(str(await asyncio.wait_for(socket.read_message(), TIMEOUT)))
        assert not any('"usage"' in text for text in heard)
        await socket.write_message(json.dumps(["usage", [engine_id, NOBODY]]))
        text = ""
        while '"usage"' not in text:
            text = str(await asyncio.wait_for(socket.read_message(), TIMEOUT))
        for page in (socket, silent):
            page.close()
        rest: list[str] = []
        while (message := await asyncio.wait_for(silent.read_message(), TIMEOUT)) is not None:
            rest.append(str(message))
        return [text, *rest]

    found, *others = asyncio.run(watch())
    [report] = json.loads(found)[3]
    cpu, memory, children = report[1][future.task_id]
    assert cpu is not None
    assert memory is not None
    assert children == 0
    assert not any('"usage"' in text for text in others)


def test_a_page_that_sends_nonsense_is_disconnected(server: JupyterServer) -> None:
    async def say(text: str) -> int | None:
        socket = await _feed(server)
        await socket.write_message(text)
        while await asyncio.wait_for(socket.read_message(), TIMEOUT) is not None:
            pass
        socket.close()
        return socket.close_code

    for text in ("x", "[]", '["cancel", "x"]', '["watch", ["../x"]]', '["watch", [{}]]', "{}"):
        assert asyncio.run(say(text)) == 1008, text


def _boom() -> None:
    print("rows read: 12")  # noqa: T201
    raise ValueError("no such column")


def test_details_have_the_traceback(server: JupyterServer, local_client: Client) -> None:
    future = local_client.submit(_boom)
    assert isinstance(future.exception(TIMEOUT), ValueError)
    details = server.send(
        "GET", f"/scaler-lab/engines/{_engine_id(local_client)}/tasks/{future.task_id}"
    )
    assert details["task"]["status"] == "failed"
    assert "no such column" in details["traceback"]
    assert "rows read: 12" in details["output"]
    assert details["profile"] is not None
    headers = {"Authorization": f"token {TOKEN}"}
    assert (
        server.request(
            "GET", f"/scaler-lab/engines/{_engine_id(local_client)}/tasks/{NOBODY}", headers=headers
        ).status
        == 404
    )


def test_a_running_task_is_sampled_until_that_is_stopped(
    server: JupyterServer, local_client: Client, tmp_path: Path
) -> None:
    future = held(local_client, tmp_path)
    task = f"/scaler-lab/engines/{_engine_id(local_client)}/tasks/{future.task_id}"
    graph = {"svg": "", "problem": ""}
    with ThreadPoolExecutor(1) as pool:
        for exponent in range(8):  # on a busy machine, the first sample takes a while
            reply = pool.submit(server.send, "GET", f"{task}/flame")
            wait([reply], 0.1 * 2**exponent)
            while not reply.done():
                server.send("DELETE", f"{task}/flame")
                wait([reply], 0.05)
            graph = reply.result()
            if graph["svg"]:
                break
            assert "no samples" in graph["problem"]
    assert "<title>hold" in graph["svg"]
    unknown = task.replace(future.task_id, NOBODY)
    headers = {"Authorization": f"token {TOKEN}"}
    assert server.request("GET", f"{unknown}/flame", headers=headers).status == 404


# -- its commands ---------------------------------------------------------------------------------


def test_a_cancel_is_the_same_cancel_and_reports_where_it_was_requested(
    server: JupyterServer, local_client: Client, tmp_path: Path
) -> None:
    future = held(local_client, tmp_path)
    path = f"/scaler-lab/engines/{_engine_id(local_client)}/cancel"
    assert server.send("POST", path, {"task_ids": [future.task_id]}) == {
        "accepted": 1,
        "trouble": "",
    }
    with pytest.raises(CancelledError, match="cancelled from JupyterLab"):
        future.result(TIMEOUT)
    assert future.cancel_resolution is Resolution.INTERRUPTED
    info = local_client.board.info(future.task_id)
    assert info is not None
    assert info.cancel_requested_by == "JupyterLab"


def test_a_kill_kills(server: JupyterServer, local_client: Client, tmp_path: Path) -> None:
    future = held(local_client, tmp_path)
    path = f"/scaler-lab/engines/{_engine_id(local_client)}/cancel"
    server.send("POST", path, {"task_ids": [future.task_id], "force": True})
    with pytest.raises(CancelledError):
        future.result(TIMEOUT)
    assert future.cancel_resolution is Resolution.KILLED


def test_all_are_cancelled_at_once(
    server: JupyterServer, local_client: Client, tmp_path: Path
) -> None:
    futures = [local_client.submit(_work.hold, str(tmp_path), f"k{n}") for n in range(20)]
    with FeedConnection(connection_of(engine_of(local_client))) as view:
        assert view.wait_for(lambda: len(view.mirror.rows) == 20, TIMEOUT)
    path = f"/scaler-lab/engines/{_engine_id(local_client)}/cancel"
    assert server.send("POST", path, {"all": True})["accepted"] == 20
    for future in futures:
        with pytest.raises(CancelledError):
            future.result(TIMEOUT)


def test_a_failed_call_is_submitted_again(
    server: JupyterServer, local_client: Client, tmp_path: Path
) -> None:
    future = held(local_client, tmp_path)
    assert future.cancel()
    path = f"/scaler-lab/engines/{_engine_id(local_client)}/retry"
    (tmp_path / "held.started").unlink()
    assert server.send("POST", path, {"task_ids": [future.task_id]})["accepted"] == 1
    _work.wait_for_start(str(tmp_path), "held", TIMEOUT)


def test_an_engine_that_is_gone_is_a_404(server: JupyterServer, local_client: Client) -> None:
    engine_id = _engine_id(local_client)
    path = f"/scaler-lab/engines/{engine_id}/cancel"
    server.send("POST", path, {"all": True})
    local_client.shutdown()
    reply = server.request("POST", path, {"all": True}, {"Authorization": f"token {TOKEN}"})
    assert reply.status == 404
    assert re.search("gone|no engine", reply.json()["message"])


def test_the_extension_loads_without_a_word(server: JupyterServer) -> None:
    log = server.log.read_text()
    assert "scaler_lab | extension was successfully loaded" in log
    assert "Traceback" not in log
    assert "JupyterServerAuthWarning" not in log
