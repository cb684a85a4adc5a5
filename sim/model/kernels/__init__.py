"""The phases of a tick, compiled; `sim.model.model` says in which order they run."""
