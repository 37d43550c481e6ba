"""The modal screens above the table: the list of engines, a confirmation, and the help."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar, Final, Literal

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from scaler_lab.feed.discovery import find_engines, title_of
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.ui.formatting import span
from scaler_lab.ui.sanitize import clean_line

POLL_INTERVAL = 1.0
_ALL: Final = "all"

HELP = """\
c        cancel: interrupt, then kill after the grace period
C        kill the worker at once     X    cancel all that are queued
R        retry: submit failed or cancelled calls again, as new tasks

arrows, pgup pgdn home end  move         enter  more of a task;
space, ctrl+click           select one          open, close a group
shift+up, shift+down        a range      ← →    close, open a group
ctrl+a, *                   all shown    z      with or without groups
/    find in name, error, worker, group; or #12
f F  show only one state: next, previous
s S  sort by the next column; reverse the order
p    where the task of the details spends its time: samples for 10 s
w    workers                a    all programs in one list
t    dark, light            e    another engine
tab  into the details       r    what took an ended engine's place
esc  step back              q    quit

A cancel is a request: a row shows cancelling until the engine has
answered, then how it was settled: never started, interrupted, killed,
or finished first (its result came, and was discarded).
"""


class EngineChooser(ModalScreen[ConnectionInfo | Literal["all"] | None]):
    """Lets the person choose a running engine, or all.  The list is updated while it is open."""

    DEFAULT_CSS = """
    EngineChooser { align: center middle; }
    EngineChooser > Vertical {
        width: 90%; max-width: 100; height: auto; max-height: 80%;
        padding: 1 2; background: $surface; border: round $primary;
    }
    EngineChooser OptionList, EngineChooser OptionList:focus {
        height: auto; max-height: 20; border: none; padding: 0; background: $surface;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back"),
        Binding("q", "app.quit", "Quit"),
    ]

    def __init__(self, *, choose_first: bool) -> None:
        """Create the screen.

        If *choose_first* and no engine runs yet, it selects the first one that starts.
        """
        super().__init__()
        self._choose_first = choose_first
        self._engines: list[ConnectionInfo] = []
        self._title = Static(id="chooser-title", markup=False)
        self._list = OptionList(id="chooser", markup=False)

    def compose(self) -> list[Vertical]:
        return [Vertical(self._title, self._list)]

    def on_mount(self) -> None:
        self._refresh(find_engines())
        self.set_interval(POLL_INTERVAL, lambda: self._refresh(find_engines()))

    def _refresh(self, engines: Sequence[ConnectionInfo]) -> None:
        if self._choose_first and engines and not self._engines and len(engines) == 1:
            self.dismiss(engines[0])
            return
        if [engine.engine_id for engine in engines] == [
            engine.engine_id for engine in self._engines
        ]:
            if not engines:
                self._title.update(
                    "Nothing of yours is running.  This waits for a program that uses scaler_lab."
                )
            return
        self._engines = list(engines)
        self._title.update("Choose what to show:" if engines else "Nothing of yours is running.")
        chosen = self._list.highlighted or 0
        self._list.clear_options()
        self._list.add_options(
            Option(_engine_line(engine), id=engine.engine_id) for engine in reversed(self._engines)
        )
        if len(self._engines) > 1:
            self._list.add_option(Option(Text("All programs in one list", "bold"), id=_ALL))
        if self._engines:
            self._list.highlighted = min(chosen, self._list.option_count - 1)
            self._list.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if event.option_id == _ALL:
            self.dismiss(_ALL)
            return
        chosen = [engine for engine in self._engines if engine.engine_id == event.option_id]
        self.dismiss(chosen[0] if chosen else None)

    def action_leave(self) -> None:
        self.dismiss(None)


def _engine_line(engine: ConnectionInfo) -> Text:
    workers = f"{engine.n_workers} worker{'s' if engine.n_workers > 1 else ''}"
    runs = f"for {span(time.time() - engine.started_at)}"
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(clean_line(title_of(engine)), "bold")
    return line.append(f"   {workers}   {runs}   pid {engine.pid}")


class Question(ModalScreen[bool]):
    """Asks a question that is answered with yes or no."""

    DEFAULT_CSS = """
    Question { align: center middle; }
    Question > Vertical {
        width: auto; max-width: 90%; height: auto;
        padding: 1 2; background: $surface; border: round $warning;
    }
    Question Static { width: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "Yes"),
        Binding("n,escape,q", "answer(False)", "No"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> list[Vertical]:
        text = Text(clean_line(self._question))
        keys = Text.assemble(("y", "bold"), " yes     ", ("n", "bold"), " no")
        return [Vertical(Static(text, markup=False), Static(""), Static(keys, markup=False))]

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)


class Help(ModalScreen[None]):
    """Shows the keys."""

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help > VerticalScroll {
        width: 76; max-width: 100%; height: auto; max-height: 100%;
        padding: 0 2; background: $surface; border: round $primary;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark", "leave", "Back")]

    def compose(self) -> list[VerticalScroll]:
        return [VerticalScroll(Static(Text(HELP), markup=False))]

    def action_leave(self) -> None:
        self.dismiss(None)
