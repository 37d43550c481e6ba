"""What engines, clients and views on one machine share: the private folder and sockets.

===================  ===========================================================================
`runtime_dir`        the folder in which running engines and clients keep their sockets, and how
                     to find them
`engine_dir`         a process's own folder in there, while it lives
`zmq_sockets`        zmq sockets with limits, on paths in the private folder
`cpus`               the number of processors, and the number of threads for each worker
`program_name`       the name of the running program
===================  ===========================================================================
"""

MAX_FRAME_BYTES = 8 * 1024 * 1024  # zmq disconnects a peer that sends a larger frame
