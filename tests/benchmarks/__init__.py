"""Compares this engine with other systems in one run: ``python -m tests.benchmarks``.

    __main__   the command line
    runner     a new process for each (run, measure, system); time limits; no process is left over
       │ starts
       v
    probe      the child process: opens a system, runs one measure, writes a `Record`
    bench      the argument of each measure: pools, rounds, a folder, recorded values
    measures/  what is measured, and the goals
    systems/   one adapter per system, all with the interface of `systems.system`
    work       the functions that the tasks run; imported by every system's workers
    pulse      signs of life that a task writes to shared memory, to check a system's claims

    figures    statistics over the records (pure)
    goals      whether a figure meets its goal (pure)
    report     the tables, for terminals and for Markdown

Rules
  - Only one child runs at a time, in its own process group, so that no system disturbs another.
    The systems take turns within each measure, and their order rotates from run to run.
  - A cancel counts as done when the system has reported it *and* the task's code has stopped.
    Reports that come while the code still runs are counted as "reported while it still ran".
  - If a system lacks a feature, crashes or hangs, its cell says so.

Run it from the repository's root.  Imports within the package are relative: the command imports
it as `tests.benchmarks`.  For pytest and mypy ``tests`` is a folder, not a package, so they import
it as `benchmarks`.

Children import this package, but neither rich nor (unless it is measured) scaler_lab.  So a system
with its own Python (``--python SYSTEM=PATH``) needs only that system, psutil and numpy.
"""
