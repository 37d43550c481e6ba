"""A client that doesn't read: the scheduler's memory is bounded, nothing is lost, others go on."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Generator, Hashable, Iterator
from pathlib import Path

import local_tasks
import psutil
import pytest
from foreign_clients import MODULES, ForeignClient
from helpers import TIMEOUT, connection_of, wait_until
from scheduler_fixture import World

from scaler_lab import Client, LocalEngine
from scaler_lab.core.messages import Progress, TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.framing import FrameStream
from scaler_lab.engines.local.scheduler.listeners import MAX_UNSENT_BYTES, UnixListener
from scaler_lab.engines.local.scheduler.poller import Poller
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.runtime import runtime_dir
from scaler_lab.serialization import pickling

RESULT_BYTES = 60_000
IN_ALL = 4 * MAX_UNSENT_BYTES // RESULT_BYTES  # tasks whose results are four times the bound
NAME = "c" * 32


# -- the stream ------------------------------------------------------------------------------------


def test_what_a_stream_keeps_is_counted_and_comes_whole_and_in_order() -> None:
    ours, theirs = socket.socketpair()
    sending, reading = FrameStream(ours), FrameStream(theirs)
    try:
        frames = [bytes([n % 256]) * (n * 37 % 9_000) for n in range(400)]
        for frame in frames:
            sending.write(frame)
        assert sending.has_unsent
        total = sum(4 + len(frame) for frame in frames)
        came: list[bytes] = []
        while len(came) < len(frames):
            before = sending.unsent_bytes
            came.extend(map(bytes, reading.read() or ()))
            sending.flush()
            assert 0 <= sending.unsent_bytes <= before <= total
        assert came == frames
        assert sending.flush()
        assert (sending.unsent_bytes, sending.has_unsent) == (0, False)
        sending.write(bytes(10**7))
        theirs.close()
        assert sending.flush(), "nobody will read it"
        assert sending.unsent_bytes == 0
    finally:
        sending.close()
        reading.close()


# -- the core --------------------------------------------------------------------------------------


def test_a_held_client_s_tasks_wait_and_others_go_on_and_nothing_is_lost() -> None:
    world = World(n_workers=1, spares=0).ready()
    other = world.core.add_client("other")
    world.core.hold(world.client)
    world.submit("a", "b", "c")
    world.submit("x", "y", client=other)
    worker = world.spawned[0]
    for _ in range(2):
        world.do(worker, took_ns=5_000_000)
    assert world.messages_to(other) == [("x", "result"), ("y", "result")]
    assert not world.workers[worker].inbox
    world.core.resume(world.client, world.now)
    for _ in range(3):
        world.do(worker, took_ns=5_000_000)
    assert world.messages_to() == [("a", "result"), ("b", "result"), ("c", "result")]


def test_a_held_client_s_tasks_can_be_cancelled_and_are_never_begun() -> None:
    world = World(n_workers=1, spares=0).ready()
    world.core.hold(world.client)
    world.submit("a", "b")
    world.cancel("a")
    assert world.messages_to() == [("a", "never_started")]
    world.core.resume(world.client, world.now)
    world.do(world.spawned[0])
    assert world.messages_to() == [("b", "result")]


def test_a_slow_client_gets_only_the_newest_progress_and_before_the_verdict() -> None:
    world = World(n_workers=1, spares=0).ready()
    world.submit("a")
    [worker] = world.spawned
    seq = world.take(worker)
    [job] = world.client.tasks.values()
    world.client.is_behind = True
    for n in range(1_000):
        world.core.reporter.progressed(job, Progress(n, 1_000, ""))
        world.core.reporter.wrote(job, b"x" * 1_000, world.now)
        world.now += 0.001
    world.core.tick(world.now)
    assert world.messages_to() == [("a", "started")]
    world.client.is_behind = False
    world.core.tick(world.now + 1)
    progressed, *outputs = world.client.outbox
    assert progressed == protocol.Progressed(TaskId("a"), Progress(999, 1_000, ""))
    assert sum(len(told.data) for told in outputs if isinstance(told, protocol.Output)) == 10**6
    world.client.outbox.clear()
    world.client.is_behind = True
    world.core.reporter.progressed(job, Progress(1_000, 1_000, ""))
    world.report(worker, worker_ipc.VALUE, seq)
    kinds = [type(message) for message in world.client.outbox]
    assert kinds[-2:] == [protocol.Progressed, protocol.Result]


# -- the engine ------------------------------------------------------------------------------------


def calls(n: int, size: int) -> list[protocol.Down]:
    call = pickling.flatten(pickling.pack_call(local_tasks.make_bytes, (size,), {}, "make_bytes"))
    return [protocol.Submit(TaskId(f"{number:032x}"), "make_bytes", call) for number in range(n)]


def of_frames(stranger: ForeignClient) -> Iterator[protocol.Up]:
    while True:
        for frame in stranger.frames():
            yield from protocol.decode_up(frame).messages


@contextlib.contextmanager
def watching(engine: LocalEngine) -> Generator[FeedConnection]:
    host = next(c for c in runtime_dir.running_feeds() if c.name == engine.name)
    with FeedConnection(host) as view:
        view.wait_whole(TIMEOUT)
        yield view


def test_a_client_that_does_not_read_is_held_and_then_gets_everything_once() -> None:
    with (
        LocalEngine(n_workers=2) as engine,
        Client(engine) as client,
        watching(engine) as view,
        ForeignClient(engine) as stranger,
    ):
        stranger.send(
            [
                protocol.ClientHello(NAME),
                MODULES,
                *calls(IN_ALL, RESULT_BYTES),
            ]
        )
        most = MAX_UNSENT_BYTES // RESULT_BYTES

        def done() -> int:
            view.wait(0.01)
            return view.mirror.counts.get(Status.SUCCEEDED, 0)

        wait_until(lambda: done() >= most, "as many results as may be kept")
        # No more of its own tasks begin, while another client's are served as ever.
        for n in range(200):
            assert client.submit(local_tasks.mark_nothing, n).result(TIMEOUT) == n
        wait_until(lambda: done() >= most + 200, "the others' results")
        held = done() - 200
        assert held < 2 * most, "the kernel's buffers and what was prefetched come to less"
        assert client.submit(local_tasks.mark_nothing, 7).result(TIMEOUT) == 7
        assert done() - 201 <= held + 1
        # What it asks for is not read either, until it reads.
        assert not stranger.is_read_from([protocol.Waiting(TaskId("w" * 32), "n" * 900)] * 5_000)
        results: Counter[str] = Counter()
        for message in of_frames(stranger):
            if isinstance(message, protocol.Result):
                results[message.task_id] += 1
                assert len(message.data) >= RESULT_BYTES
                if len(results) == IN_ALL:
                    break
        assert set(results.values()) == {1}


def test_the_end_of_a_client_that_did_not_read_is_noticed() -> None:
    with LocalEngine(n_workers=2) as engine, Client(engine) as client, watching(engine) as view:
        with ForeignClient(engine) as stranger:
            stranger.send(
                [
                    protocol.ClientHello(NAME),
                    MODULES,
                    *calls(IN_ALL, RESULT_BYTES),
                ]
            )
            most = MAX_UNSENT_BYTES // RESULT_BYTES
            assert view.wait_for(
                lambda: view.mirror.counts.get(Status.SUCCEEDED, 0) >= most, TIMEOUT
            )
        assert view.wait_for(lambda: not view.mirror.counts.get(Status.QUEUED), TIMEOUT)
        assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1


def test_what_is_sent_while_a_full_client_reads_again_does_not_leave_it_held(
    own_folder: Path,
) -> None:
    def nothing_comes(_peer: Hashable, _frame: memoryview) -> None:
        raise AssertionError("the client sends nothing")

    poller = Poller()
    drained: list[Hashable] = []
    gone: list[Hashable] = []
    listener = UnixListener(
        own_folder, poller, nothing_comes, gone.append, drained.append, time.monotonic
    )
    ours, theirs = socket.socketpair()
    reading = FrameStream(theirs)
    try:
        peer = listener.adopt(ours)
        sent = received = 0
        frame = bytes(RESULT_BYTES)
        while not listener.is_full(peer):
            listener.send(peer, frame)
            sent += 1
        while received < sent:
            received += len(reading.read() or ())
            poller.wait(0)
            if listener.is_full(peer) and peer.unsent_bytes < MAX_UNSENT_BYTES:
                listener.send(peer, frame)  # the result of a task that ran before it was held
                sent += 1
        assert drained == [peer]
        assert not listener.is_full(peer)
        assert not gone
    finally:
        listener.close()
        reading.close()


STOPPED = """
    import sys
    from local_tasks import make_bytes
    from scaler_lab import Client
    with Client(n_workers=2) as client:
        client.submit(make_bytes, 1).result()
        print(client.engine.connection.pid, flush=True)
        group = client.submit_each(make_bytes, [60_000] * 3_000)
        group[0].result()
        print("stop me", flush=True)
        print(sum(map(len, group.results())), flush=True)
"""


def test_a_stopped_client_does_not_fill_the_scheduler_and_gets_all_when_it_goes_on() -> None:
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(local_tasks.__file__)}
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(STOPPED)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as program:
        assert program.stdout is not None
        scheduler = psutil.Process(int(program.stdout.readline()))
        assert program.stdout.readline() == "stop me\n"
        program.send_signal(signal.SIGSTOP)
        os.waitpid(program.pid, os.WUNTRACED)
        try:
            before = scheduler.memory_info().rss
            cpu: list[float] = []

            def is_idle() -> bool:
                cpu.append(scheduler.cpu_times().user)
                return len(cpu) > 100 and cpu[-1] == cpu[-100]

            wait_until(is_idle, "the scheduler to have nothing to do")
            assert scheduler.memory_info().rss - before < 4 * MAX_UNSENT_BYTES
        finally:
            program.send_signal(signal.SIGCONT)
        assert program.stdout.readline() == "180000000\n"
        assert program.wait(TIMEOUT) == 0


def test_nothing_is_sent_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the answer takes long, a batch is not sent twice."""
    sent: Counter[bytes] = Counter()
    write = FrameStream.write

    def count(self: FrameStream, frame: bytes) -> None:
        sent[bytes(frame)] += 1
        write(self, frame)

    monkeypatch.setattr(FrameStream, "write", count)
    with LocalEngine(n_workers=1) as engine, Client(engine) as client:
        connection = connection_of(engine)
        os.kill(connection.pid, signal.SIGSTOP)
        try:
            futures = [client.submit(local_tasks.mark_nothing, n) for n in range(100)]
        finally:
            os.kill(connection.pid, signal.SIGCONT)
        assert [future.result(TIMEOUT) for future in futures] == list(range(100))
    assert set(sent.values()) == {1}


def test_a_stream_knows_whether_its_peer_has_sent_more_than_was_read() -> None:
    ours, theirs = socket.socketpair()
    sending, reading = FrameStream(ours), FrameStream(theirs)

    def unread() -> bool:
        return reading.has_unread

    assert not unread()
    sending.write(b"frame")
    assert unread()
    assert [bytes(frame) for frame in reading.read() or ()] == [b"frame"]
    assert not unread()
    ours.send(b"\x05\x00")  # the first bytes of the next one
    assert reading.read() == []
    assert unread()
    sending.close()
    reading.close()
