"""Runs one run from its seed to its end."""

from __future__ import annotations

import traceback
from collections import Counter
from functools import partial
from random import Random

from scaler_lab.core.messages import GroupId

from .client import SimulatedClient
from .event_queue import EventQueue
from .invariants import MAX_WORKLESS_DEATHS, Invariants
from .link import SimulatedLink
from .outcome import Fault, Log, SimulationOutcome
from .parameters import Parameters, drawn
from .scheduler import SimulatedScheduler
from .script import SimulatedTask, draw_script
from .verdicts import Verdicts
from .worker_control import Blobs

MAX_STEPS = 30_000
AT_ONCE_SECONDS = 0.00005


def run(seed: int, **fixed: float) -> SimulationOutcome:
    """Run the run of *seed*, with the given parameters in place of the drawn ones.

    Takes about 10 ms.  A fault in the run isn't raised, but is the outcome's `fault`.  Raises
    TypeError for an unknown parameter.
    """
    rng = Random(seed)
    parameters = drawn(rng, **fixed)
    event_queue = EventQueue(rng)
    log = Log(event_queue)
    counts: Counter[str] = Counter()
    world = _Simulation(event_queue, parameters, counts, log)
    fault = ""
    try:
        world.play()
    except Fault as broken:
        fault = str(broken)
    except Exception as error:  # from a core, which might raise it in reality too
        fault = "".join(traceback.format_exception(error))
    return SimulationOutcome(
        seed, parameters, fixed, fault, counts, event_queue.now, event_queue.steps, log
    )


class _Simulation:
    """All parts of a simulated world, and the events that come from outside."""

    def __init__(
        self, event_queue: EventQueue, parameters: Parameters, counts: Counter[str], log: Log
    ) -> None:
        self._event_queue = event_queue
        self._parameters = parameters
        self._counts = counts
        self._report = log.add
        self._tasks: dict[str, SimulatedTask] = {}
        self._invariants = Invariants(event_queue, parameters, counts, log, self._tasks)
        self._verdicts = Verdicts(event_queue, counts, log, self._tasks, self._invariants)
        self._asks_until_death = 0  # the scheduler dies after so many cancels; 0: not by that
        self._blobs = Blobs()
        self._scheduler = SimulatedScheduler(
            event_queue, parameters, counts, self._blobs, self._tasks, self._invariants
        )
        self._clients = [
            SimulatedClient(
                number + 1,
                event_queue,
                parameters,
                counts,
                self._blobs,
                self._verdicts,
                self._connect,
                self._scheduler.caught_up,
                self._callback,
            )
            for number in range(parameters.clients)
        ]

    def _connect(self, client: SimulatedClient) -> tuple[SimulatedLink, SimulatedLink]:
        """Return the two directions between a client and the scheduler: down, up."""
        event_queue, scheduler = self._event_queue, self._scheduler
        up = SimulatedLink(event_queue, self._parameters, self._counts, client.frame_arrived)
        scheduler.connect(client.client_id, up)
        down = SimulatedLink(
            event_queue,
            self._parameters,
            self._counts,
            lambda frame: scheduler.frame_arrived(client.client_id, frame),
        )
        return down, up

    # -- the run -------------------------------------------------------------------------------

    def play(self) -> None:
        """Run the whole run.  Raises `Fault`."""
        self._scheduler.start()
        for client in self._clients:
            self._plan(client)
        self._plan_mishaps()
        self._go_on()
        for client in self._clients:
            self._verdicts.check_pause(client, self._invariants.queued)
        for client in self._clients:  # stop endless tasks now
            left = [task for task in client.tasks.values() if not client.is_done(task)]
            self._request_cancel(client, left, self._event_queue.rng.random() < 0.3)
        self._go_on()
        self._check_rest()

    def _go_on(self) -> None:
        """Continue until nothing happens any more."""
        limit = self._event_queue.steps + MAX_STEPS
        while self._event_queue.step():
            if self._event_queue.steps > limit:
                self._invariants.fault(f"the world did not come to rest within {MAX_STEPS} steps")

    def _plan(self, client: SimulatedClient) -> None:
        """Schedule what a client's user does."""
        event_queue, rng, parameters = self._event_queue, self._event_queue.rng, self._parameters
        left = rng.randint(1, 2 * parameters.tasks)
        first = rng.choice((0.0, parameters.start, 2 * parameters.start))
        for _ in range(round(left * parameters.cancels)):
            event_queue.at(
                first + rng.random() * parameters.length * 1.2, self._request_at_random, client
            )
        while left:
            count = min(left, rng.choice((1, 1, 2, 5, 10)))
            left -= count
            event_queue.at(first + rng.random() * parameters.length, self._submit, client, count)
        for _ in range(parameters.stalls):
            at = first + rng.random() * parameters.length
            event_queue.at(
                at, self._client_stalls, client, (0.1 + rng.random()) * parameters.length
            )
        if rng.random() < parameters.client_deaths:
            at = first + rng.random() * parameters.length * 1.5
            event_queue.at(at, self._client_dies, client, rng.random() < 0.5)

    def _plan_mishaps(self) -> None:
        event_queue, rng, parameters = self._event_queue, self._event_queue.rng, self._parameters
        length = rng.choice((0.0, parameters.start)) + parameters.length * 1.5
        for _ in range(parameters.crashes):
            event_queue.at(rng.random() * length, self._crash_a_worker)
        if rng.random() < parameters.scheduler_death:
            if rng.random() < 0.5:
                self._asks_until_death = rng.randint(1, 3)
            event_queue.at((0.2 + rng.random()) * length, self._scheduler_dies)

    # -- what users do ---------------------------------------------------------------------------

    def _submit(self, client: SimulatedClient, count: int) -> None:
        if not client.is_alive or client.gone:
            return
        rng = self._event_queue.rng
        tasks: list[SimulatedTask] = []
        for _ in range(count):
            script = draw_script(self._event_queue, self._parameters)
            task = SimulatedTask(len(self._tasks) + 1, client, script)
            self._tasks[task.task_id] = task
            tasks.append(task)
        group = None
        if rng.random() < self._parameters.groups:
            group = GroupId(f"{len(self._tasks):032x}")
        kind = "an atomic group of " if group else ""
        self._report("{} submits {}{}", client, kind, ", ".join(map(str, tasks)))
        self._counts["tasks"] += count
        client.submit(tasks, group)
        if rng.random() < 0.3 * self._parameters.cancels:  # immediately, perhaps before it is sent
            force = rng.random() < self._parameters.forced
            self._event_queue.soon(
                AT_ONCE_SECONDS, self._request_cancel, client, [rng.choice(tasks)], force
            )

    def _request_at_random(self, client: SimulatedClient) -> None:
        tasks = list(client.tasks.values())
        if not tasks or not client.is_alive:
            return
        rng = self._event_queue.rng
        chosen = [rng.choice(tasks)]
        if rng.random() < 0.2:
            chosen = rng.sample(tasks, rng.randint(1, len(tasks)))
        elif rng.random() < 0.1:
            chosen = tasks
        force = rng.random() < self._parameters.forced
        if rng.random() < self._parameters.views:
            self._counts["asks from windows"] += 1
            ids = [task.task_id for task in rng.sample([*self._tasks.values()], 1)]
            self._scheduler.view_requests(ids, force=force)
            return
        self._request_cancel(client, chosen, force)
        if rng.random() < self._parameters.meddling:
            others = [
                t for t in self._tasks.values() if t.client is not client or t.is_cancel_requested
            ]
            if others:
                client.meddle(rng.choice(others))

    def _request_cancel(
        self, client: SimulatedClient, tasks: list[SimulatedTask], force: bool
    ) -> None:
        if tasks and client.is_alive:
            self._asks_until_death -= 1
            if self._asks_until_death == 0:  # before it has replied, or just after
                self._event_queue.soon(AT_ONCE_SECONDS, self._scheduler_dies)
            client.request_cancel(
                tasks, force=force, way=self._event_queue.rng.choice(("future", "id", "wait"))
            )

    def _callback(self, task: SimulatedTask) -> None:
        """Run a user's done-callback; some cancel more tasks."""
        if self._event_queue.rng.random() < 0.1 * self._parameters.cancels:
            self._request_at_random(task.client)

    # -- failures --------------------------------------------------------------------------------

    def _client_dies(self, client: SimulatedClient, goodbye: bool) -> None:
        if not client.is_alive:
            return
        self._report("{} {}", client, "says farewell" if goodbye else "dies")
        self._counts["deaths of clients"] += 1
        client.die(goodbye)
        client.link.end(partial(self._scheduler.lifeline_ended, client.client_id))

    def _client_stalls(self, client: SimulatedClient, seconds: float) -> None:
        if client.is_alive:
            self._report("{} stands still for {:g} s", client, seconds)
            self._counts["stalls"] += 1
            client.stall(seconds)

    def _crash_a_worker(self) -> None:
        workers = [
            worker for worker in self._scheduler.worker_control.workers.values() if worker.is_alive
        ]
        if workers and self._scheduler.is_alive:
            rng = self._event_queue.rng
            rng.choice(workers).die(rng.choice((9, 11)))

    def _scheduler_dies(self) -> None:
        if not self._scheduler.is_alive:
            return
        self._report("the scheduler dies")
        self._counts["deaths of schedulers"] += 1
        self._verdicts.is_engine_lost = True
        self._scheduler.die()
        for client in self._clients:
            self._scheduler.link_to(client.client_id).end(client.lifeline_ended)

    # -- the end ---------------------------------------------------------------------------------

    def _check_rest(self) -> None:
        for client in self._clients:
            self._verdicts.check_rest(client)
        fault, scheduler = self._invariants.fault, self._scheduler
        self._invariants.check_rest(has_scheduler=scheduler.is_alive)
        if not scheduler.is_alive:
            return
        for seat in scheduler.all_clients:
            if seat.tasks or seat.groups or seat.queue or seat.lanes or seat.outbox:
                fault(
                    f"the core still holds {len(seat.tasks)} jobs, {len(seat.groups)} groups, "
                    f"{len(seat.queue)} in a queue of client {seat.client_id}"
                )
        if scheduler.core.due_at() is not None:
            fault(f"the core still waits for something at {scheduler.core.due_at()}")
        if self._blobs.files:
            fault(f"files are left: {', '.join(self._blobs.files)}")
        self._invariants.check_board(scheduler.core.board)
        if busy := [w.name for w in scheduler.core.workers() if w.state not in ("idle", "spare")]:
            fault(f"the core thinks that {', '.join(busy)} is at work")
        workers = scheduler.worker_control.workers
        worker_pool = self._parameters.workers + 1
        if len(workers) != worker_pool and self._invariants.workless_deaths < MAX_WORKLESS_DEATHS:
            fault(f"{len(workers)} workers are left, and there should be {worker_pool}")
        for worker in workers.values():
            if worker.inbox or worker.stream or not worker.is_alive:
                fault(f"worker {worker.number} is not idle")
