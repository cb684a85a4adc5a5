"""How far work is: a live display on a terminal or in a notebook, a line now and then elsewhere.

The display is rich's: it is what pip shows, well kept, and redraws a table in place on any
terminal, which tqdm's bars cannot. In a notebook it is a line of text that is replaced.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sim.definitions import KINDS
from sim.ensemble.compile_lock import compiled
from sim.show.base.digits import ranged_of

if TYPE_CHECKING:
    from rich.table import Table

    from sim.ensemble.schedule import Progress

_EVERY = 0.25  # seconds between two drawings
_PIPED = 30.0  # seconds between two lines where nobody looks
_SECOND = 1.0
_SETTING_UP = "setting up"


class _Notebook:
    """A line of text in a notebook, replaced as work goes on; IPython is not imported for it."""

    def __init__(self) -> None:
        self._handle: Any = None

    @staticmethod
    def is_here() -> bool:
        """Whether this is run from a notebook."""
        ipython = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython else None
        return hasattr(shell, "kernel")

    def update(self, shown: Any, refresh: bool = True) -> None:
        """Show a text in place of the last one."""
        data = {"text/plain": str(shown)}
        if self._handle is None:
            display = sys.modules["IPython.display"].display
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)

    def stop(self) -> None:
        """Leave nothing of it."""
        if self._handle is not None:
            self.update("")


class Display:
    """Worlds done, worlds a second, time left, P so far; wiped when it is left."""

    def __init__(self, points: Sequence[str] = (), head: str = "") -> None:
        """A display of a sweep over `points`, by name, or of a single run; `head` begins a line."""
        self._names, self._head = points, head
        self._seen: dict[int, Progress] = {}
        self._first: tuple[float, int] | None = None  # when worlds began to be run, worlds then
        self._entered = time.perf_counter()
        self._cold = False  # whether the model is compiled first
        self._begun = threading.Event()  # a block has come, or none will
        self._clock = threading.Thread(target=self._count_kernels, daemon=True)
        self._came = 0
        self._drawn = time.perf_counter()
        self._live: Any = None  # what is redrawn; None where nobody looks
        self._has_table = False

    def __enter__(self) -> Self:
        """Show that work has begun."""
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            console = Console(stderr=True, highlight=False, markup=False)
            self._live = Live(
                _SETTING_UP, console=console, transient=True, auto_refresh=False, screen=False
            )
            self._live.start(refresh=True)
            self._has_table = bool(self._names)
        elif _Notebook.is_here():
            self._live = _Notebook()
        self._clock.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wipe the display."""
        self._begun.set()
        self._clock.join()
        if self._live is not None:
            self._live.stop()

    def start(self, states: Sequence[Progress]) -> None:
        """What is there before the first block."""
        self._seen = {state.number: state for state in states}

    def begin(self, head: str) -> None:
        """The next of several runs begins, of which lines say `head`."""
        self._head, self._seen, self._came = head, {}, 0
        self._first, self._entered = None, time.perf_counter()

    def show(self, progress: Progress) -> None:
        """Take a finished block into account, and draw a few times a second at most."""
        now = time.perf_counter()
        self._seen[progress.number] = progress
        self._came += 1
        if self._first is None:
            self._begun.set()
            # blocks that had to wait for the compiler began when the first one was done
            self._first = (now, self._fresh) if self._cold else (self._entered, 0)
        last = self._done == self._total
        if not last and now - self._drawn < (_PIPED if self._live is None else _EVERY):
            return
        if self._live is not None:
            self._live.update(self._table() if self._has_table else self.line(), refresh=True)
        elif not last:
            print(self.line(), file=sys.stderr, flush=True)
        self._drawn = now

    def _count_kernels(self) -> None:
        """Say how far compiling is, until the first block has come."""
        every = _SECOND if self._live is not None else _PIPED / 3.0
        while not self._begun.wait(every):
            kernels = compiled()
            if not kernels:  # warm, or compiled elsewhere
                continue
            self._cold = True
            took = duration(time.perf_counter() - self._entered)
            text = f"compiling the model, once after a change: {kernels} kernels, {took}"
            if self._live is not None:
                self._live.update(text, refresh=True)
            else:
                print(text, file=sys.stderr, flush=True)

    @property
    def _fresh(self) -> int:
        return sum(job.fresh for job in self._seen.values())

    @property
    def _done(self) -> int:
        return sum(job.done for job in self._seen.values())

    @property
    def _total(self) -> int:
        return sum(job.total for job in self._seen.values())

    def line(self) -> str:
        """All of it in a line."""
        done, total = self._done, self._total
        parts = [f"{done}/{total} worlds"]
        if self._names:
            whole = sum(job.done == job.total for job in self._seen.values())
            parts = [f"{whole}/{len(self._names)} points", f"{self._came} blocks run", *parts]
        began, before = self._first or (time.perf_counter(), 0)
        rate = (self._fresh - before) / max(1e-9, time.perf_counter() - began)
        if rate > 0:
            parts += [f"{rate:.0f}/s", f"{duration((total - done) / rate)} left"]
        if not self._names:
            parts += [estimates_so_far(job) for job in self._seen.values()]
        failed = sum(job.failed for job in self._seen.values())
        parts = [*([self._head] if self._head else []), *parts]
        return "  ".join([*parts, *([f"{failed} blocks failed"] if failed else [])])

    def _table(self) -> Table:
        """The line, and below it the points that find room."""
        from rich.table import Table

        table = Table(title=self.line(), title_justify="left", box=None, pad_edge=False)
        table.add_column("point", no_wrap=True)
        table.add_column("worlds", justify="right")
        table.add_column("P road", justify="right")
        table.add_column("P territory", justify="right")
        room = max(1, int(self._live.console.size.height) - 5)
        for number, name in list(enumerate(self._names))[:room]:
            progress = self._seen.get(number)
            if progress is None:
                table.add_row(name, "", "", "")
            else:
                table.add_row(
                    name, f"{progress.done}/{progress.total}", *estimates(progress).values()
                )
        if len(self._names) > room:
            table.add_row(f"and {len(self._names) - room} more", "", "", "")
        return table


def estimates(progress: Progress) -> Mapping[str, str]:
    """P so far by kind, with its interval as if worlds were independent."""
    from sim.analysis.stats.intervals import clopper_pearson

    if not progress.done:
        return dict.fromkeys(KINDS, "")
    texts = {}
    for kind in KINDS:
        formed = progress.formed[kind]
        low, high = clopper_pearson(formed, progress.done)
        texts[kind] = ranged_of({"estimate": formed / progress.done, "low": low, "high": high})
    return texts


def estimates_so_far(progress: Progress) -> str:
    """P so far, in a few words."""
    return "  ".join(f"P {kind} {text}" for kind, text in estimates(progress).items())


def point_head(number: int, most: int, seconds: float | None) -> str:
    """Which of at most so many points this is, and how long those after it may take."""
    text = f"point {number} of at most {most}"
    if seconds is None or most <= number:
        return text
    return f"{text}, {duration(seconds * (most - number))} for those after it"


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


class Pieces:
    """How far a work of many pieces is, in a line that is wiped when it is left."""

    def __init__(self, what: str = "pieces of the table") -> None:
        """Nothing is shown before the first piece."""
        self._what = what
        self._live = sys.stderr.isatty()
        self._notebook = _Notebook() if not self._live and _Notebook.is_here() else None
        self._began = self._drawn = time.perf_counter()
        self._held: int | None = None  # pieces that were there before
        self._said = False  # whether a line was shown, the first of which comes sooner

    def __enter__(self) -> Self:
        """As it is."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the line."""
        if self._live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        if self._notebook:
            self._notebook.stop()

    def show(self, done: int, total: int) -> None:
        """So many pieces are done; the first call is after the first fresh one."""
        now = time.perf_counter()
        if self._held is None:
            self._held = done - 1
        often = self._live or self._notebook
        every = _EVERY if often else _PIPED if self._said else _PIPED / 3.0
        if done == total or now - self._drawn < every:
            return
        self._drawn, self._said = now, True
        left = duration((total - done) * (now - self._began) / (done - self._held))
        text = f"{done}/{total} {self._what}  {left} left"
        if self._notebook:
            self._notebook.update(text)
        elif self._live:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
        else:
            print(text, file=sys.stderr, flush=True)
