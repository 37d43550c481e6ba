"""A client's connection over zmq: a module of its own, for few clients need to import zmq."""

from __future__ import annotations

import socket

import zmq

from scaler_lab.machine.zmq_end import descriptor, has_input, make_dealer


class ZmqLine:
    """A DEALER with CURVE, and a lifeline beside it."""

    any_thread = False

    def __init__(
        self, address: str, identity: str, keys: dict[str, str], lifeline: socket.socket
    ) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._dealer = make_dealer(self._context, address, identity.encode("ascii"), keys)
        self._lifeline = lifeline
        self._fd = descriptor(self._dealer)

    def filenos(self) -> list[int]:
        return [self._fd, self._lifeline.fileno()]

    def read(self) -> list[bytes] | None:
        frames: list[bytes] = []
        while True:
            try:
                frames.append(self._dealer.recv(zmq.NOBLOCK))
            except zmq.Again:
                break
        if not frames and self._has_ended():
            return None
        return frames

    def has_more(self) -> bool:
        return has_input(self._dealer)

    def write(self, frame: bytes) -> None:
        self._dealer.send(frame, zmq.NOBLOCK)

    @property
    def has_unsent(self) -> bool:
        return False

    def flush(self) -> bool:
        return True

    def close(self, linger_seconds: float) -> None:
        self._dealer.close(linger=int(1000 * linger_seconds))
        self._context.term()
        self._lifeline.close()

    def let_go(self) -> None:
        self._lifeline.close()  # zmq looks after its own in a fork

    def _has_ended(self) -> bool:
        try:
            return not self._lifeline.recv(4096)
        except BlockingIOError:
            return False
        except OSError:
            return True
