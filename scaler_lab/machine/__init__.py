"""What engines, clients and windows of one machine share: the private folder, sockets, the feed.

===================  ===========================================================================
`runtime_folder`     where running engines and clients keep their sockets, and how they are found
`premises`           a process's own folder in there, while it lives
`zmq_end`            zmq sockets that are bounded, on paths in the private folder
`feed_socket`        what windows are told, over such a socket
===================  ===========================================================================
"""

MAX_FRAME_BYTES = 8 * 1024 * 1024  # a peer that sends more is cut off by zmq itself
