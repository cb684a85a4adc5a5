"""How many cases are tried: some hundreds in all tests, thousands with `make fuzz`."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

_SHARED = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": set(Phase) - {Phase.explain},  # which traces every line
}
settings.register_profile("few", max_examples=10, derandomize=True, **_SHARED)
settings.register_profile("fuzz", max_examples=500, print_blob=True, **_SHARED)
