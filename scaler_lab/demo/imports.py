"""The import graph of all modules, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scaler_lab.demo.analysis import ModuleReport


@dataclass(frozen=True, slots=True)
class ImportGraph:
    """Edges from each module to the library modules that it imports, at any place in its code."""

    edges: Mapping[str, frozenset[str]]

    @property
    def n_edges(self) -> int:
        """The number of imports between modules of the library."""
        return sum(map(len, self.edges.values()))

    def importers(self) -> dict[str, int]:
        """Return how many modules import each module, the most imported first."""
        counts = dict.fromkeys(self.edges, 0)
        for targets in self.edges.values():
            for target in targets:
                counts[target] += 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def knots(self) -> list[tuple[str, ...]]:
        """Return the sets of modules that import each other in cycles, the largest first.

        Tarjan's strongly connected components, without recursion, because chains here have hundreds
        of members.
        """
        index: dict[str, int] = {}
        low: dict[str, int] = {}
        stack: list[str] = []
        on_stack: set[str] = set()
        found: list[tuple[str, ...]] = []
        for root in self.edges:
            if root in index:
                continue
            work = [(root, iter(sorted(self.edges[root])))]
            index[root] = low[root] = len(index)
            stack.append(root)
            on_stack.add(root)
            while work:
                node, targets = work[-1]
                for target in targets:
                    if target not in index:
                        index[target] = low[target] = len(index)
                        stack.append(target)
                        on_stack.add(target)
                        work.append((target, iter(sorted(self.edges[target]))))
                        break
                    if target in on_stack:
                        low[node] = min(low[node], index[target])
                else:
                    work.pop()
                    if work:
                        parent = work[-1][0]
                        low[parent] = min(low[parent], low[node])
                    if low[node] == index[node]:
                        start = stack.index(node)
                        members = stack[start:]
                        del stack[start:]
                        on_stack.difference_update(members)
                        if len(members) > 1:
                            found.append(tuple(sorted(members)))
        return sorted(found, key=lambda members: (-len(members), members))


def import_graph(reports: Iterable[ModuleReport]) -> ImportGraph:
    """Return the graph of *reports*; imports of other modules are left out."""
    reports = list(reports)
    known = {report.name for report in reports}
    edges: dict[str, frozenset[str]] = {}
    for report in reports:
        targets = {_known_module(name, known) for name in report.imports}
        edges[report.name] = frozenset(t for t in targets if t is not None and t != report.name)
    return ImportGraph(edges)


def _known_module(name: str, known: set[str]) -> str | None:
    """Return the longest prefix of the dotted *name* that is a module."""
    while name:
        if name in known:
            return name
        name = name.rpartition(".")[0]
    return None
