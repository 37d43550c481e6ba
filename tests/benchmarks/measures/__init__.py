"""All measures, in the order of the report."""

from __future__ import annotations

from . import (
    cancel_queued,
    cancel_running,
    fresh_task,
    payloads,
    pool,
    round_trip,
    throughput,
)
from .measure import Measure

_LIST: tuple[Measure, ...] = (
    *throughput.MEASURES,
    *round_trip.MEASURES,
    *cancel_running.MEASURES,
    *cancel_queued.MEASURES,
    *fresh_task.MEASURES,
    *payloads.MEASURES,
    *pool.MEASURES,
)

MEASURES = {measure.name: measure for measure in _LIST}
