"""`ClientWithOptions`: a view of a client that submits with options, made by `Client.options`."""

from __future__ import annotations

from typing import Unpack

import msgspec

from scaler_lab.client.submission import Submitter
from scaler_lab.client.submit_methods import SubmitMethods
from scaler_lab.core.options import PLAIN, OptionsGiven, TaskOptions, checked
from scaler_lab.core.unpicklable import Unpicklable


class ClientWithOptions(SubmitMethods, Unpicklable):
    """A client bound to task options.  It is cheap, holds no resources, and may be kept and shared.

    Made by `Client.options`.
    """

    def __init__(self, submitter: Submitter, options: TaskOptions) -> None:
        self._submitter = submitter
        self._options = options

    def options(self, **given: Unpack[OptionsGiven]) -> ClientWithOptions:
        """Return a view with these options added to, or replacing, the options of this one.

        Args:
            **given: The keyword arguments of `Client.options`.

        Raises:
            TypeError: An option is unknown, or its value has the wrong type.
            ValueError: The value of an option is out of range.
        """
        return ClientWithOptions(self._submitter, checked(self._options, given))

    def __repr__(self) -> str:
        plain = msgspec.structs.asdict(PLAIN)
        mine = msgspec.structs.asdict(self._options)
        shown = ", ".join(f"{k}={v!r}" for k, v in mine.items() if v != plain[k])
        return f"<Client with {shown or 'no options'}>"
