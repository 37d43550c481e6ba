"""The table as plain html: escaped, without script, bounded; what a saved notebook holds."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from scaler_lab import Client
from scaler_lab.core.decisions import NO_STARTS
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.testing import ScriptedEngine
from scaler_lab.ui.notebook import display, static_html

NOW = 1_700_000_100.0

PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "</td></tr></table><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "'\"><b onmouseover=alert(1)>",
    "<a href='javascript:alert(1)'>",
    "<!--<script>-->",
    "<style>*{display:none}</style>",
    "&lt;script&gt;",
    "$\\href{javascript:alert(1)}{x}$",
    "\x00\x1b]0;title\x07\u202e\u200b",
]

TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
ALLOWED = {"div", "p", "span", "strong", "details", "summary", "pre", "code", *TABLE}


class _Reader(HTMLParser):
    """Notes what elements and attributes there are, and the texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def info(number: int, status: Status = Status.QUEUED, **changed: object) -> TaskInfo:
    return TaskInfo(
        TaskId(f"{number:032x}"),
        number,
        str(changed.pop("name", f"fit[{number}]")),
        status,
        number,
        NOW - 10,
        **changed,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_is_more_than_text(payload: str) -> None:
    tasks = [
        info(1, Status.FAILED, name=payload, worker=payload, error=payload),
        info(2, Status.CANCELLING, name=payload, detail=payload),
        info(
            3,
            Status.CANCELLED,
            name=payload,
            cancel_requested_by=payload,
            detail=payload,
            cancel_resolution=Resolution.KILLED,
        ),
    ]
    tracebacks = {tasks[0].task_id: f"{payload}\n{payload}"}
    reader = read(static_html.as_html(payload, tasks, NOW, note=payload, tracebacks=tracebacks))
    assert reader.tags <= ALLOWED
    assert reader.attributes <= {"style"}
    text = "".join(reader.texts)
    assert not set(text) & set("\x00\x1b\x07\u202e\u200b")


@pytest.mark.parametrize("payload", ["$x$", "$$x$$", r"\(x\)", r"\[x\]", r"\begin{a}x\end{a}"])
def test_what_notebooks_take_for_formulas_is_cut_apart(payload: str) -> None:
    task = info(1, Status.FAILED, name=payload, group_name=payload, started_at=NOW)
    tracebacks = {task.task_id: payload}
    reader = read(static_html.as_html(payload, [task], NOW, tracebacks=tracebacks))
    assert not [text for text in reader.texts if len(text) > 1 and set(text) & set("$\\")]
    assert payload in "".join(reader.texts)


def test_it_states_each_tasks_outcome_and_when_that_was() -> None:
    tasks = [
        info(1, Status.SUCCEEDED, started_at=NOW - 5, ended_at=NOW - 3),
        info(2, Status.FAILED, error="ValueError: no such column"),
        info(3, Status.CANCELLED, cancel_resolution=Resolution.KILLED, cancel_seconds=0.5),
        info(4, Status.RUNNING, worker="worker 2", started_at=NOW - 61),
        info(5, Status.QUEUED, detail=NO_STARTS),
    ]
    html = static_html.as_html("local engine", tasks, NOW, note="All is done.")
    for said in (
        "5 tasks: 1 running, 1 failed, 1 queued, 1 cancelled, 1 succeeded",
        NO_STARTS,
        "ValueError: no such column",
        "killed, 500 ms after the request",
        "worker 2",
        "1m01s",
        "All is done.",
        "As of 20",
    ):
        assert said in html


def test_two_thousand_tasks_take_a_dozen_lines() -> None:
    tasks = [
        info(
            n,
            Status.FAILED if n % 700 == 699 else Status.SUCCEEDED,
            name=f"{group}[{n}]",
            group_name=group,
            started_at=NOW - 100,
            ended_at=NOW - 100 + n / 100,
            error="ValueError: no such column",
        )
        for n, group in enumerate(["load"] * 500 + ["fit"] * 1400 + [""] * 100)
    ]
    failed = [task.task_id for task in tasks if task.status is Status.FAILED]
    assert static_html.failed_ids(tasks) == failed
    tracebacks = dict.fromkeys(failed, 'Traceback:\n  File "<me>", line 1')
    html = static_html.as_html("engine", tasks, NOW, note="Done.", tracebacks=tracebacks)
    closed = re.sub(r"(?s)(<details><summary>.*?</summary>).*?</details>", r"\1", html)
    lines = re.split(r"</p>|</tr>|</summary>", closed)
    assert len(lines) <= 12, lines
    plain = [re.sub(r"<[^>]*>|&[^;]*;", " ", line).split() for line in lines]
    assert plain[1] == ["load", "█" * 20, "500/500", "5.0", "s"]
    assert plain[2][0] == "fit"
    assert plain[2][2:] == ["1,400/1,400", "✗", "2", "failed", "19.0", "s"]
    assert plain[3][:2] == ["other", "tasks"]
    assert plain[4][:4] == ["✗", "fit[699]", "ValueError:", "no"]
    assert plain[6][:4] == ["Slowest:", "[1999]", "20.0", "s,"]
    assert "File &quot;&lt;me&gt;&quot;, line 1</pre>" in html


def test_it_stays_small_however_many_tasks_there_are() -> None:
    tasks = [info(n, name="x" * 10_000) for n in range(5_000)]
    html = static_html.as_html("engine", tasks, NOW)
    assert len(html) < 100_000
    assert "and 4,900 more" in html


def test_outside_a_notebook_a_client_is_shown_as_static_html() -> None:
    engine = ScriptedEngine()
    with Client(engine) as client:
        future = client.submit(print, "hello")
        bundle = display.mimebundle(client)
        assert set(bundle) == {"text/html", "text/plain"}
        assert bundle["text/plain"] == "scripted engine: 1 task: 1 queued"
        with pytest.raises(NotImplementedError):
            display.show(client)
        engine.finish(future)
        assert "1 succeeded" in display.mimebundle(client.board)["text/plain"]


def test_a_group_is_shown_with_its_own_tasks_only() -> None:
    engine = ScriptedEngine()
    with Client(engine) as client:
        client.submit(print)
        group = client.submit_each(print, range(3), name="grid")
        client.submit(print)
        html = display.mimebundle(group)["text/html"]
        assert "grid" in html
        assert "3 tasks" in html
        engine.close()


def test_no_argument_is_ever_shown() -> None:
    engine = ScriptedEngine()
    with Client(engine) as client:
        group = client.submit_each(print, [{"password": "hunter2"}], name="log in")
        future = client.submit(print, "hunter2", end="hunter2")
        shown = [str(display.mimebundle(what)) for what in (client, client.board, group)]
        assert not any("hunter2" in text for text in [*shown, repr(client), repr(future)])
        engine.close()
