"""What type checkers know of a client's results: mypy and pyright check this file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_type

from scaler_lab import Client, ScalerFuture, TaskGroup, as_completed, wait
from scaler_lab.core.as_completed import Completions
from scaler_lab.core.wait import DoneAndNotDoneFutures
from scaler_lab.testing import ScriptedEngine


def double(number: int) -> int:
    return 2 * number


async def halve(number: int) -> float:
    return number / 2


def test_a_list_of_futures_of_one_type_keeps_it(scripted: tuple[Client, ScriptedEngine]) -> None:
    client, engine = scripted
    first = client.submit(double, 1)
    futures = [first, client.options(name="second").submit(double, 2)]
    assert_type(futures, list[ScalerFuture[int]])
    for future in futures:
        engine.run(future)
    assert_type(client.wait(first), DoneAndNotDoneFutures[int])
    assert_type(client.wait(futures), DoneAndNotDoneFutures[int])
    assert_type(wait(futures), DoneAndNotDoneFutures[int])
    assert_type(as_completed(futures), Completions[int])
    assert_type(client.gather(first), int)
    values = assert_type(client.gather(futures), list[int])
    assert values == [2, 4]


def test_a_list_of_futures_of_several_types_is_accepted(
    scripted: tuple[Client, ScriptedEngine],
) -> None:
    client, engine = scripted
    number, word, half = client.submit(double, 1), client.submit(str, 2), client.submit(halve, 3)
    futures = [number, word, half]
    for future in futures:
        engine.run(future)
    done, not_done = client.wait(futures)
    assert (done, not_done) == (set(futures), set())
    assert wait((number, word)).done == {number, word}
    assert list(as_completed(futures)) == futures
    assert client.gather(futures) == [2, "2", 1.5]
    assert client.cancel(futures) == 0
    of_anything: Sequence[ScalerFuture[object]] = futures
    assert len(of_anything) == 3


def test_submissions_have_the_type_of_their_result(
    scripted: tuple[Client, ScriptedEngine],
) -> None:
    client, engine = scripted
    assert_type(client.submit(halve, 3), ScalerFuture[float])
    assert_type(client.options(retries=1).submit_each(halve, [1, 2]), TaskGroup[float])
    assert len(engine.tasks) == 3
