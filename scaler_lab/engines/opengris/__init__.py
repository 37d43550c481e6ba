"""The engine for OpenGRIS Scaler 2.9: many machines, with its own scheduler and its own views.

==============  ===================================================================
module          contains
==============  ===================================================================
`engine`        the engine contract, its queues and its threads
`tracker`       the state of each open task, and the next step of its cancel (pure)
`connection`    all calls to Scaler's library, and all messages from it
`monitor`       the scheduler's reports of lost workers
`remote`        the code in Scaler's worker around the user's function
`address`       where the scheduler is, and how to reach it
==============  ===================================================================
"""

from scaler_lab.engines.opengris.engine import OpenGrisEngine

__all__ = ["OpenGrisEngine"]
