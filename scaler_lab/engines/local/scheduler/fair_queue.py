"""Whose task is next: clients take turns, and each client's tasks go by priority, then by age.

A seat takes turns for as long as something is queued in it, and its client reads its answers.
Pure; owned by the core.
"""

from __future__ import annotations

from collections import deque

from scaler_lab.engines.local.scheduler.state import Job, JobState, Seat


class Turns:
    """See the module.  False where nothing is queued that may be dispatched."""

    def __init__(self) -> None:
        self._seats: deque[Seat] = deque()  # those with something queued, whose turn is next first

    def __bool__(self) -> bool:
        return bool(self._seats)

    def queue(self, job: Job) -> None:
        """Behind all of its client's, and of its priority."""
        job.seat.lane_of(job).append(job)
        self.give_turn(job.seat)

    def put_back(self, job: Job) -> None:
        """Before all of its client's; call for the last one first."""
        job.seat.lane_of(job).appendleft(job)
        self.give_turn(job.seat)

    def untake(self, job: Job) -> None:
        """As if it had not been taken."""
        seat = job.seat
        seat.lane_of(job).appendleft(job)
        if not seat.has_turn:
            seat.has_turn = True
            self._seats.appendleft(seat)

    def give_turn(self, seat: Seat) -> None:
        """Let it take turns, unless it does, or is held."""
        if not (seat.has_turn or seat.is_held):
            seat.has_turn = True
            self._seats.append(seat)

    def take(self) -> Job | None:
        """The next one, and its client's turn is over; None where nothing is to be dispatched."""
        seats = self._seats
        while seats:
            seat = seats[0]
            while not seat.is_held and (queue := seat.first_lane() if seat.lanes else seat.queue):
                job = queue.popleft()
                if job.state is JobState.QUEUED:  # else it was answered while it was queued
                    if not queue and not (seat.lanes and seat.first_lane()):
                        seats.popleft().has_turn = False
                    elif len(seats) > 1:
                        seats.rotate(-1)
                    return job
            seats.popleft().has_turn = False
        return None
