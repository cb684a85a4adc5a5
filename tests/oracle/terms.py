"""Words that the reference model shares: how factions stand to each other, and campaigns."""

from __future__ import annotations

from dataclasses import dataclass

ALLY, TOLERATE, AVOID, HOSTILE = 0, 1, 2, 3  # stances, each nearer to war
FREE, GATHERING, ATTACKING, SEEKING, DONE = "free", "gathering", "attacking", "seeking", "done"
IN_THE_FIELD = frozenset((ATTACKING, SEEKING, DONE))  # phases of an army that stands in its unit
SLOTS = 4  # campaigns that a faction can have at a time
NEVER = 1_000_000  # a day that does not come
PAVED = 2  # least class of road that a corridor by road may use


@dataclass(slots=True)
class Campaign:
    """One operation of a faction, with its army."""

    phase: str = FREE
    army: int = 0  # fighters
    raised: int = 0  # fighters at the beginning
    at: int = 0  # unit where the army stands or gathers
    target: int = 0  # unit
    ready: int = 0  # day on which the army has gathered
    until: int = 0  # day after which it stops
    progress: float = 0.0  # km fought through
    luck: float = 0.0  # log odds added to the contest
    fresh: bool = False  # called up today, or the fight for the target begins today
    tied: bool = False  # a siege from before the origin
    number: int = 0  # fights that its faction began for the target before this one
    stroke: bool = False  # it comes as a surprise until it fights for a place
    against: int = -1  # faction that the opening of a war is aimed at
