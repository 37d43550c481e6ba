"""A program whose `__main__` defines objects of all kinds and sends them to tasks and back.

    python notebook_main.py script|ipython

It runs the cells below one after the other in its `__main__`, as a script or in an IPython shell,
and prints a line for each: its name, and the value of its last line.  Each value should be True.
"""

from __future__ import annotations

import json
import sys
from typing import Any

BEGIN = """
import abc, collections, contextvars, copy, dataclasses, enum, functools, io, math, os, pickle, re
import tempfile, threading, typing, weakref
import numpy
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from scaler_lab import Client, TaskUnserializable

client = Client(n_workers=1, echo=False)
folder = tempfile.mkdtemp()

def run(function, *args, **kwargs):
    return client.submit(function, *args, **kwargs).result(60)

def refused(function, *args):
    try:
        client.submit(function, *args)
    except TaskUnserializable as error:
        return str(error)

def same(value):
    return value

def square(x):
    return x * x
"""

CELLS = {
    # -- functions ---------------------------------------------------------------------------------
    "a function": "run(square, 3) == 9",
    "a lambda": "run(lambda x: square(x) + 1, 3) == 10",
    "a closure": """
def adder(n):
    return lambda x: x + n
run(adder(2), 3) == 5
""",
    "a closure over a module": """
def rooter():
    import math as m
    return lambda x: m.sqrt(x)
run(rooter(), 9) == 3
""",
    "a recursive function": """
def factorial(n):
    return n * factorial(n - 1) if n else 1
run(factorial, 5) == 120
""",
    "a decorated function": """
def doubled(function):
    @functools.wraps(function)
    def call(*args):
        return 2 * function(*args)
    return call
@doubled
def third(x):
    return x / 3
run(third, 9) == 6
""",
    "a generator function": """
def count(n):
    yield from range(n)
run(lambda: list(count(3))) == [0, 1, 2]
""",
    "functools.cache": """
@functools.cache
def cached(x):
    return square(x)
run(cached, 3) == 9 and run(lambda: cached(4) + 1) == 17
""",
    "functools.lru_cache, recursive": """
@functools.lru_cache(maxsize=7)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
def settings():
    fib(6)
    return fib.cache_parameters()["maxsize"], pickle.loads(pickle.dumps(fib)) is fib
run(fib, 60) == 1548008755920 and run(settings) == (7, True)
""",
    "a partial of a cached function": "run(functools.partial(cached, 5)) == 25",
    "a cached function comes back": "run(same, cached)(3) == 9",
    "singledispatch": """
@functools.singledispatch
def area(shape):
    return "any"
@area.register
def _(shape: int):
    return "int"
@area.register(list)
def _(shape):
    return [area(part) for part in shape]
run(area, [1, "x", [2]]) == ["int", "any", ["int"]]
""",
    "singledispatchmethod": """
class Drawn:
    @functools.singledispatchmethod
    def draw(self, what):
        return "any"
    @draw.register
    def _(self, what: int):
        return "int"
run(Drawn().draw, 1) == "int"
""",
    "a function with attributes": """
def counted():
    return counted.by
counted.by = 3
run(counted) == 3
""",
    "a redefined function": """
before = run(lambda: square(3))
def square(x):
    return -x * x
after = run(lambda: square(3)), run(square, 2)
def square(x):
    return x * x
(before, after, run(square, 3)) == (9, (-9, -4), 9)
""",
    "a context variable": """
depth = contextvars.ContextVar("depth", default=7)
def deeper():
    token = depth.set(depth.get() + 1)
    found = depth.get()
    depth.reset(token)
    return found
run(deeper) == 8 and run(deeper) == 8
""",
    # -- classes -----------------------------------------------------------------------------------
    "a class with a counter": """
class Config:
    seen = 0
    def __init__(self):
        type(self).seen += 1
def configs():
    Config()
    return Config()
isinstance(run(configs), Config) and Config.seen == 0
""",
    "a class that is changed": """
first = client.submit(configs)
first.exception(60)
Config.seen, Config.rate = 40, 5
Config.hello = lambda self: "new"
first.result()
read = run(lambda: (Config.seen, Config.rate, Config().hello()))
del Config.rate
(Config.seen, Config().hello(), read, run(lambda: hasattr(Config, "rate"))) == (
    40, "new", (40, 5, "new"), False)
""",
    "__slots__": """
class Slotted:
    __slots__ = ("a", "__private")
    def __init__(self):
        self.a, self.__private = 1, 2
    def both(self):
        return self.a, self.__private
class SlottedChild(Slotted):
    __slots__ = "b"
class Loose(Slotted):
    pass
child, loose = SlottedChild(), Loose()
child.b = loose.c = 3
back = run(same, [Slotted(), child, loose, SlottedChild])
(back[0].both(), back[1].b, back[2].c, back[3] is SlottedChild) == ((1, 2), 3, 3, True) and run(
    lambda: (hasattr(Slotted(), "__dict__"), SlottedChild().both())) == (False, (1, 2))
""",
    "__slots__ made in a task": "run(lambda: Slotted()).both() == (1, 2)",
    "dataclasses": """
@dataclasses.dataclass
class Point:
    x: int
    tags: list = dataclasses.field(default_factory=list)
@dataclasses.dataclass(slots=True, frozen=True, weakref_slot=True)
class Frozen:
    x: int
    def doubled(self):
        return dataclasses.replace(self, x=2 * self.x)
p = run(same, Point(1, ["a"]))
(p == Point(1, ["a"]), run(lambda: Frozen(2).doubled()) == Frozen(4), run(
    lambda f: hasattr(f, "__dict__"), Frozen(1))) == (True, True, False)
""",
    "enum": """
class Color(enum.Enum):
    RED = 1
    BLUE = 2
    def other(self):
        return Color.BLUE if self is Color.RED else Color.RED
class Flags(enum.IntFlag):
    A = 1
    B = 2
run(same, Color.RED) is Color.RED and run(Color.other, Color.RED) is Color.BLUE and run(
    lambda f: f | Flags.B, Flags.A) == Flags.A | Flags.B
""",
    "named tuples": """
class Row(typing.NamedTuple):
    a: int
    b: str = "x"
    def text(self):
        return f"{self.a}{self.b}"
Pair = collections.namedtuple("Pair", "left right")
isinstance(run(same, Row(1)), Row) and run(lambda: Row(2).text()) == "2x" and run(
    lambda p: p._replace(left=0), Pair(1, 2)) == Pair(0, 2)
""",
    "NewType and TypedDict": """
UserId = typing.NewType("UserId", int)
class Params(typing.TypedDict, total=False):
    a: int
def annotated(u: UserId, p: Params) -> UserId:
    return UserId(u + 1)
def new_type_by_name():
    return pickle.loads(pickle.dumps(UserId)) is UserId, UserId.__supertype__, Params(a=1)
run(annotated, 3, {}) == 4 and run(new_type_by_name) == (True, int, {"a": 1})
""",
    "generics": """
T, P = typing.TypeVar("T"), typing.ParamSpec("P")
class Box(typing.Generic[T]):
    def __init__(self, value: T):
        self.value = value
class IntBox(Box[int]):
    pass
def call(f: typing.Callable[P, T], *args: P.args) -> T:
    return f(*args)
run(lambda: IntBox(3)).value == 3 and run(lambda: Box[str]("x").value) == "x" and run(
    call, square, 3) == 9
""",
    "protocols and abstract classes": """
@typing.runtime_checkable
class Runs(typing.Protocol):
    def run(self): ...
class Task(abc.ABC):
    @abc.abstractmethod
    def run(self): ...
    @classmethod
    def make(cls):
        return cls()
class Real(Task):
    def run(self):
        return 1
@Task.register
class Virtual:
    pass
def check():
    try:
        Task()
    except TypeError:
        return isinstance(Real(), Runs), isinstance(Virtual(), Task), Real.make().run()
run(check) == (True, True, 1)
""",
    "nested classes": """
class Outer:
    class Inner:
        x = 1
        class Most:
            y = 2
i, m = run(same, [Outer.Inner(), Outer.Inner.Most()])
def by_name(value):
    return pickle.loads(pickle.dumps(value)).y
(type(i) is Outer.Inner, type(m) is Outer.Inner.Most, run(by_name, Outer.Inner.Most())) == (
    True, True, 2)
""",
    "properties, super() and class methods": """
class Base:
    def __init__(self, n):
        self._n = n
    @property
    def n(self):
        return self._n
    @n.setter
    def n(self, n):
        self._n = n
    @staticmethod
    def twice(x):
        return 2 * x
class Derived(Base):
    def __init__(self, n):
        super().__init__(self.twice(n))
    @functools.cached_property
    def size(self):
        return self.n + 1
def used():
    d = Derived(2)
    d.n += 1
    return d.size, d.size
run(used) == (6, 6) and run(lambda d: d.size, Derived(1)) == 3
""",
    "cached methods": """
class Model:
    @functools.lru_cache
    def predict(self, x):
        return x + 1
    @functools.cache
    def other(self):
        return 2
run(lambda m: (m.predict(3), m.other()), Model()) == (4, 2) and run(Model().predict, 4) == 5
""",
    "a metaclass": """
class Meta(type):
    def __new__(mcs, name, bases, members, **kwargs):
        made = super().__new__(mcs, name, bases, members)
        made.made_by = mcs.__name__
        return made
    def __call__(cls, *args):
        made = super().__call__(*args)
        made.called = True
        return made
class Made(metaclass=Meta):
    pass
run(lambda: (Made.made_by, Made().called)) == ("Meta", True) and type(run(same, Made())) is Made
""",
    "a class that registers its subclasses": """
class Plugin:
    found = []
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Plugin.found.append(cls.key)
class One(Plugin):
    key = "one"
was = list(Plugin.found)
back = run(lambda: One())
(was, Plugin.found, type(back) is One) == (["one"], ["one"], True)
""",
    "a class that needs keywords to be made": """
class Keyed:
    def __init_subclass__(cls, key):
        cls.key = key
class Lock(Keyed, key="k"):
    pass
"Keyed.__init_subclass__ takes key" in refused(lambda: Lock.key)
""",
    "an exception": """
class Wrong(ValueError):
    def __init__(self, what, code):
        super().__init__(what, code)
        self.code = code
def go_wrong():
    raise Wrong("x", 7)
error = client.submit(go_wrong).exception(60)
(type(error) is Wrong, error.code) == (True, 7)
""",
    "a sentinel": """
class Missing:
    def __reduce__(self):
        return "MISSING"
MISSING = Missing()
def is_missing(value=MISSING):
    return value is MISSING and pickle.loads(pickle.dumps(value)) is MISSING
run(is_missing) and run(is_missing, MISSING) and run(same, MISSING) is MISSING
""",
    "subclasses of builtins": """
class Text(str):
    lang = "en"
class Table(dict):
    def total(self):
        return sum(self.values())
class Rows(numpy.ndarray):
    pass
t = run(same, Text("a"))
(type(t) is Text, run(Table.total, Table(a=1, b=2)), type(run(
    lambda: numpy.zeros(2).view(Rows))) is Rows) == (True, 3, True)
""",
    "the class of what goes through two tasks": """
def make_point():
    return Point(1)
def is_point(point):
    return isinstance(point, Point) and type(point) is Point
run(is_point, client.submit(make_point)) and run(is_point, run(make_point))
""",
    "a class made in a task": """
def local_class():
    class Local:
        x = 1
    return Local()
made = run(local_class)
again = run(same, made)
(made.x, type(again) is type(made)) == (1, True)
""",
    # -- by name, in a task ------------------------------------------------------------------------
    "pickle in a task": """
def save(path):
    with open(path, "wb") as file:
        pickle.dump([Point(5), Color.BLUE, square, Row(1), Frozen(2)], file)
run(save, folder + "/p")
with open(folder + "/p", "rb") as file:
    point, color, function, row, frozen = pickle.load(file)
(point == Point(5), color is Color.BLUE, function is square, row == Row(1), frozen == Frozen(2)
 ) == (True,) * 5
""",
    "joblib and numpy in a task": """
def save_others(folder):
    import joblib
    joblib.dump({"p": Point(5)}, folder + "/j")
    numpy.save(folder + "/n.npy", numpy.array([Point(6)], dtype=object), allow_pickle=True)
run(save_others, folder)
import joblib
loaded = numpy.load(folder + "/n.npy", allow_pickle=True)
(joblib.load(folder + "/j")["p"] == Point(5), loaded[0] == Point(6)) == (True, True)
""",
    "a file of the program, read in a task": """
with open(folder + "/q", "wb") as file:
    pickle.dump(Point(8), file)
def load(path):
    with open(path, "rb") as file:
        return pickle.load(file) == Point(8)
run(load, folder + "/q")
""",
    "a pickle as an argument": """
run(lambda data: pickle.loads(data).x, pickle.dumps(Point(9))) == 9 and run(
    lambda data: pickle.loads(data).x, pickle.dumps(Point(9), 2)) == 9
""",
    "copies in a task": """
run(lambda: copy.deepcopy([Point(5), square])[0] == copy.copy(Point(5)))
""",
    "a pool of processes in a task": """
def in_pool(method):
    import multiprocessing
    with multiprocessing.get_context(method).Pool(1) as pool:
        return pool.map(square, range(3)), pool.apply(Point, (3,)) == Point(3)
[run(in_pool, method) for method in ("fork", "forkserver", "spawn")] == [([0, 1, 4], True)] * 3
""",
    "an executor of processes in a task": """
def in_executor():
    with ProcessPoolExecutor(1) as pool:
        return list(pool.map(square, range(3))), pool.submit(same, Point(1)).result() == Point(1)
run(in_executor) == ([0, 1, 4], True)
""",
    "joblib's loky in a task": """
def in_loky():
    import joblib
    from joblib.externals.loky import get_reusable_executor
    try:
        return joblib.Parallel(2)(joblib.delayed(square)(i) for i in range(3))
    finally:
        get_reusable_executor().shutdown(wait=True)
run(in_loky) == [0, 1, 4]
""",
    "threads in a task": """
def in_threads():
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda x: pickle.loads(pickle.dumps(Point(x))) == Point(x), range(3)))
run(in_threads) == [True] * 3
""",
    "names end with their task": """
def names():
    import __main__
    return hasattr(__main__, "square"), hasattr(__main__, "Point")
run(lambda: (square, Point)) and run(names) == (False, False)
""",
    # -- what is refused ---------------------------------------------------------------------------
    "a lock in a global": """
guard = threading.Lock()
def guarded():
    with guard:
        return 1
"guarded.<global guard>" in refused(guarded)
""",
    "an open file": "'<global out>' in refused(lambda: out.write('x'))",
}

NEWER = {
    (3, 12): {
        "type aliases": """
type Number = int | float
type Tree = list[Tree] | int
type Many[T] = list[T]
def typed(x: Number, tree: Tree, many: Many[int]) -> Number:
    return (Tree.__value__, Number.__name__, Many[int].__args__, Tree.__module__,
            pickle.loads(pickle.dumps(Number)) is Number)
found = run(typed, 1, [], [])
(found[1:4], found[4]) == (("Number", (int,), "__main__"), True)
""",
        "PEP 695": """
class Stack[T]:
    def __init__(self):
        self.items: list[T] = []
def first[T](items: list[T]) -> T:
    return items[0]
run(first, [3]) == 3 and run(lambda: Stack[int]()).items == []
""",
    }
}

IN_IPYTHON = {
    "a command": """
def listed():
    lines = !echo hi
    return lines
run(listed) == ["hi"]
""",
    "a command with names": """
def greet(name):
    punctuation = "!"
    lines = !echo hello {name}{punctuation} $name
    return lines
run(greet, "you") == ["hello you! you"]
""",
    "a command whose output is shown": """
def shown():
    !echo seen
    return 1
future = client.submit(shown)
(future.result(60), future.output()) == (1, "seen\\n")
""",
    "display without an import": """
def displayed():
    return [display(n) for n in (1, 2)]
future = client.submit(displayed)
(future.result(60), future.output()) == ([None, None], "1\\n2\\n")
""",
    "display": """
from IPython.display import display
def displayed():
    display("hello")
    return 1
future = client.submit(displayed)
(future.result(60), "hello" in future.output()) == (1, True)
""",
    "a magic": """
def magic():
    %time 1
'no IPython shell' in str(client.submit(magic).exception(60))
""",
    "the shell in a name": """
shell = get_ipython()
run(lambda: shell.getoutput("echo hi")) == ["hi"]
""",
}


def cells(where: str) -> dict[str, str]:
    """Return the cells that this Python can run as a script, or in IPython."""
    found = dict(CELLS)
    for version, newer in NEWER.items():
        if sys.version_info >= version:
            found.update(newer)
    return found | (IN_IPYTHON if where == "ipython" else {})


def main(where: str) -> None:
    run_cell = run_in_ipython() if where == "ipython" else run_in_script()
    run_cell(BEGIN + "\nout = open(os.devnull, 'w')\nTrue")
    for name, cell in cells(where).items():
        sys.stdout.write(json.dumps([name, run_cell(cell)]) + "\n")
        sys.stdout.flush()
    run_cell("import shutil\nclient.shutdown()\nout.close()\nshutil.rmtree(folder)\nTrue")


def run_in_script() -> Any:
    import ast

    def run_cell(cell: str) -> str:
        try:
            *body, last = ast.parse(cell).body
            exec(compile(ast.Module(body, []), "<cell>", "exec"), globals())
            assert isinstance(last, ast.Expr)
            return repr(eval(compile(ast.Expression(last.value), "<cell>", "eval"), globals()))
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    return run_cell


def run_in_ipython() -> Any:
    from IPython.core.interactiveshell import InteractiveShell

    shell: Any = InteractiveShell.instance()

    def run_cell(cell: str) -> str:
        ran = shell.run_cell(cell.strip(), store_history=False, silent=False)
        error = ran.error_in_exec or ran.error_before_exec
        return repr(ran.result) if error is None else f"{type(error).__name__}: {error}"

    return run_cell


if __name__ == "__main__":
    main(sys.argv[1])
