"""`scaler-lab demo`: runs the job under a live view, and returns an exit status for programs."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from scaler_lab.client.client import Client
from scaler_lab.demo.library import standard_library
from scaler_lab.demo.report import as_json, tables
from scaler_lab.demo.run import run
from scaler_lab.engines.local import LocalEngine
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.live import live


def demo(
    out: Console,
    err: Console,
    *,
    n_workers: int | None = None,
    json: bool = False,
    make_client: Callable[[int | None], Client] | None = None,
) -> int:
    """Run the demo, and return its exit status: 0 if everything was as expected, else 1.

    With *json*, *out* gets one JSON object and nothing else; the live view goes to *err*.

    Raises `FileNotFoundError` if there is nothing to analyse, `EngineStartFailed`, and
    `KeyboardInterrupt`, before which every task has been stopped.
    """
    modules = standard_library()
    screen = err if json else out

    def say(line: str) -> None:
        screen.print(Text(clean_line(line, screen.encoding)), soft_wrap=True)

    with (make_client or _local)(n_workers) as client:
        say(
            f"Analysing {len(modules)} modules of the standard library, and 4 tasks that never end."
        )
        with live(client, console=screen):
            findings = run(client, modules, say)
    if json:
        out.out(as_json(findings), highlight=False)
    else:
        out.print(*tables(findings, out.encoding, out.width), sep="\n")
    return 1 if findings.faults else 0


def _local(n_workers: int | None) -> Client:
    return Client(LocalEngine(n_workers=n_workers))  # the local one, whatever is configured
