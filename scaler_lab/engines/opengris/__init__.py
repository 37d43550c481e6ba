"""OpenGRIS Scaler 2.9: many machines, its own scheduler, its own windows.

==============  ===================================================================
module          is about
==============  ===================================================================
`engine`        the contract: who waits where, and who tells what
`tracker`       each open task, and what its cancel needs next (pure)
`connection`    the connection: all that is called of Scaler, and heard of it
`monitor`       the scheduler's news of lost workers
`remote`        what runs in Scaler's worker around the user's function
`address`       where the scheduler is, and how to reach it
==============  ===================================================================
"""

from scaler_lab.engines.opengris.engine import OpenGrisEngine

__all__ = ["OpenGrisEngine"]
