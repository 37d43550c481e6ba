"""What engines, clients and windows of one machine share: the private folder and sockets.

===================  ===========================================================================
`runtime_dir`        where running engines and clients keep their sockets, and how they are found
`engine_dir`         a process's own folder in there, while it lives
`zmq_sockets`        zmq sockets that are bounded, on paths in the private folder

===================  ===========================================================================
"""

MAX_FRAME_BYTES = 8 * 1024 * 1024  # a peer that sends more is cut off by zmq itself
