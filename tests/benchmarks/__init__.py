"""This engine beside its peers, in one run: ``python -m tests.benchmarks`` from the repository.

    __main__   the command line
    runner     one fresh process per (run, measure, system); time limits; nothing left behind
       │ starts
       v
    probe      the child: opens a system, takes one measure, writes a `Record`
    bench      what a measure is handed: pools, rounds, a folder, a notebook
    measures/  what is measured, and the goals
    systems/   one adapter per system, all with the interface of `systems.system`
    work       what the tasks do; imported by every system's workers
    pulse      signs of life that a task leaves in a shared page, so that claims can be checked

    figures    statistics over the records (pure)
    goals      whether a figure meets its goal (pure)
    report     the tables, for terminals and for Markdown

Rules
  - One child at a time, in a process group of its own, so that no system disturbs another; the
    systems take turns within each measure, and the turn's order rotates from run to run.
  - A cancel counts as done when the caller was told *and* the task's code had stopped.  Each time
    the caller was told so while the code still ran is counted as "said so too early".
  - A system that lacks something says so in its cell; one that crashes or hangs, too.

Imports within are relative: the command knows this package as `tests.benchmarks`, pytest and mypy,
for which ``tests`` is a folder and no package, as `benchmarks`.

Children import this package, but neither rich nor (unless measured) scaler_lab: a peer's Python
(``--python SYSTEM=PATH``) needs only the peer, psutil and numpy.
"""
