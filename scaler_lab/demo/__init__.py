"""`scaler-lab demo`: submit, watch and cancel tasks on real input, in under a minute.

The demo analyses every module of the installed Python standard library, some hundreds of tasks on
the local engine, and adds four tasks that would never end.  It cancels those, and checks that the
engine keeps its promises about cancelling: how each cancel ended, and what each task left on disk.

    library     lists the modules
    analysis    reports on one module; runs in the workers
    imports     finds which modules import each other, from all reports
    stuck       the four tasks that never end, and the expected outcomes of their cancels
    run         the job: submit, cancel, gather, check
    report      its tables, its JSON
    command     `scaler-lab demo`: its options, its exit status
"""
