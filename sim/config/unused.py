"""Settings that a command would pass over in silence are refused by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sim.config.schema import Config, DesignKind, Ensemble, Executor, ExecutorKind, Uncertainty
from sim.errors import LandbridgeError

_RUN, _SWEEP, _OUT = "hydra.run.dir", "hydra.sweep.dir", "--out DIR"
_PRECISION = ("ensemble.precision", "ensemble.precision_of", "ensemble.max_worlds")
_SIZE = ("ensemble.worlds", "ensemble.block", *_PRECISION)


@dataclass(frozen=True)
class _Use:
    """What a command makes of settings that are not about worlds."""

    folders: tuple[str, ...] = ()  # of Hydra's settings, those that it heeds
    unused: tuple[str, ...] = ()  # settings and groups that it does not look at
    except_for: tuple[str, ...] = ()  # settings of those groups that it does
    place: str = _OUT  # what names the folder
    instead: Mapping[str, str] = field(default_factory=dict)  # what it sets itself, and how


_USES = {
    "run": _Use((_RUN,), ("design",)),
    "sweep": _Use((_SWEEP, _RUN, "hydra.sweep.subdir")),
    "backtest": _Use(
        unused=("design",),
        instead={"clock.origin": "--origin", "clock.until": "--until", "clock.record_on": ""},
    ),
    "calibrate": _Use(
        unused=("design", "executor", "ensemble"), except_for=("executor.threads", "ensemble.seed"),
        instead={"clock": "--until", "uncertainty": "", "posterior": "", "ensemble.worlds":
                 "--particles"},
    ),
    "solve": _Use(unused=("design", *_PRECISION)),
    "sensitivity": _Use(
        unused=("design", *_PRECISION), instead={"ensemble.worlds": "--worlds"}
    ),
    "criticality": _Use(unused=("design", *_PRECISION)),
    "rare": _Use(
        unused=("design", "executor", *_SIZE, "ensemble.replications_per_draw",
                "clock.beyond_days"),
        except_for=("executor.threads",), instead={"ensemble.worlds": "--particles"},
    ),
    "check-model": _Use(
        unused=("design", "executor", *_SIZE), instead={"ensemble.worlds": "--worlds"}
    ),
    "view": _Use(unused=("design", *_SIZE[1:]), place="Keep, in the page,"),
    "sim.run": _Use(unused=("design",), place="directory=..."),
    "sim.sweep": _Use(("hydra.sweep.subdir",), place="directory=..."),
}  # fmt: skip
COMMANDS = tuple(_USES)

# What places of each kind do with the settings of `executor`.
_STARTED = {ExecutorKind.threads: ("threads",), ExecutorKind.dask: ("threads", "retries")}
_JOBS, _REACHED = ("jobs", "retries", "tls"), ("address", "retries", "tls")
_DESIGNS: dict[DesignKind, tuple[str, ...]] = {
    DesignKind.lhs: ("points", "seed"),
    DesignKind.sobol: ("points", "seed"),
    DesignKind.list: ("file",),
}


def refuse_unused(command: str, overrides: Sequence[str]) -> None:
    """Refuse overrides that a command, of `COMMANDS`, has no use for; raises LandbridgeError."""
    use = _USES[command]
    for text in overrides:
        key = _key(text)
        if _is_in(key, ("hydra",)) and key not in use.folders:
            also = f", as does {use.folders[0]}=DIR" if use.folders and use.place == _OUT else ""
            allowed = f"{use.place} names the folder{also}"
            raise LandbridgeError(f"{text}: {command} does not use that (allowed: {allowed})")
        for own, option in use.instead.items():
            if _is_in(key, (own,)):
                hint = f"give {option}" if option else "leave it out"
                raise LandbridgeError(f"{text}: {command} sets that itself; {hint}")
        if _is_in(key, use.unused) and key not in use.except_for:
            raise LandbridgeError(f"{text}: {command} does not use that; leave it out")


def refuse_unused_design(kind: DesignKind, overrides: Sequence[str]) -> None:
    """Refuse settings of `design` that one of this kind has no use for."""
    for text in overrides:
        group, _, name = _key(text).partition(".")
        if group == "design" and name not in ("", "kind", *_DESIGNS.get(kind, ())):
            raise LandbridgeError(f"{text}: design={kind.name} does not use that; leave it out")


def check_unused(config: Config) -> None:
    """Refuse settings that others make useless, wherever they were set; raises LandbridgeError."""
    executor, ensemble = config.executor, config.ensemble
    is_cluster = executor.address and executor.kind is not ExecutorKind.threads
    used = _REACHED if is_cluster else _STARTED.get(executor.kind, _JOBS)
    for name in _changed(executor, Executor(), ("kind", *used)):
        which = f"executor={executor.kind.name}" + " with an address" * bool(is_cluster)
        raise LandbridgeError(f"executor.{name}: {which} does not use that; leave it out")
    if ensemble.precision == 0.0:
        for name in _changed(
            ensemble, Ensemble(), ("worlds", "seed", "replications_per_draw", "block")
        ):
            raise LandbridgeError(f"ensemble.{name}: is of no use without ensemble.precision")
    if config.posterior != "auto" and config.uncertainty is not Uncertainty.posterior:
        raise LandbridgeError(
            f"posterior={config.posterior}: is of no use with uncertainty={config.uncertainty.name}"
        )


def _changed(value: object, default: object, besides: Collection[str]) -> list[str]:
    """Fields that are not as they are by default."""
    names = [field.name for field in dataclasses.fields(value)]  # type: ignore[arg-type]
    return [n for n in names if n not in besides and getattr(value, n) != getattr(default, n)]


def _key(override: str) -> str:
    return override.partition("=")[0].lstrip("+~").partition("@")[0].replace("/", ".")


def _is_in(key: str, groups: Sequence[str]) -> bool:
    return any(key == group or key.startswith(f"{group}.") for group in groups)
