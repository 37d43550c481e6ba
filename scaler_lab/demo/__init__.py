"""`scaler-lab demo`: the main job, on real input, in under a minute.

It analyses every module of the installed Python standard library, some hundreds of tasks on the
local engine, and slips in four that would never end.  Those it cancels, and holds the engine to
what is said about cancelling: how each was settled, and what each left on the disk.

    library     which modules there are
    analysis    one module's report: runs in the workers
    imports     who imports whom, from all reports
    stuck       the four tasks that never end, and what is expected of their cancels
    run         the job: submit, cancel, gather, check
    report      its tables, its JSON
    command     `scaler-lab demo`: its options, its exit status
"""
