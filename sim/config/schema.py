"""The typed tree of settings: every key a user may set, with its unit and its range.

Numbers that are uncertain are a `Range` (low, central, high) with the source they come from;
`uncertainty` says how they are sampled for every draw.
Composition and type checks are omegaconf's; `sim.config.compose.check` does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from omegaconf import MISSING


class PrecisionOf(Enum):
    """Which of the two outcomes `ensemble.precision` is about."""

    both = "both"
    road = "road"
    territory = "territory"


class DesignKind(Enum):
    """How the points of a sweep are laid out."""

    grid = "grid"  # every combination
    zip = "zip"  # the values of all keys side by side
    lhs = "lhs"  # Latin hypercube
    sobol = "sobol"  # scrambled Sobol' sequence
    list = "list"  # the rows of a CSV file


class Uncertainty(Enum):
    """Which values the uncertain inputs take."""

    central = "central"
    prior = "prior"  # each from its own range
    posterior = "posterior"  # those that were fitted to the past together, the rest as `prior`


class Stance(Enum):
    """How one faction stands to another; each step is nearer to war."""

    ally = 0  # fights on its side, shares ground and supply
    tolerate = 1  # lets it pass, does not fight
    avoid = 2  # no passage, no attack unless provoked
    hostile = 3


class ExecutorKind(Enum):
    """Where blocks of worlds run."""

    threads = "threads"  # of this process
    dask = "dask"  # a Dask cluster
    slurm = "slurm"  # Dask workers in jobs of a batch system
    pbs = "pbs"
    lsf = "lsf"


@dataclass
class Range:
    """An uncertain number, low <= central <= high, and where it comes from.

    One number in a config or an override stands for all three.
    """

    low: float = MISSING
    central: float = MISSING
    high: float = MISSING
    source: str = MISSING


@dataclass
class Clock:
    """When the world starts and ends."""

    origin: str = MISSING  # date within the theatre's record
    until: str = MISSING  # date after the origin; the horizon
    beyond_days: int = 183  # days past it for which corridors are still looked for, 0 to 3653
    tick_days: float = 7.0  # days between two appraisals, 1 to 28; numerical only
    record_days: int = 7  # days between two recordings of control and alarm, 1 to 92
    record_on: list[str] = field(default_factory=list)  # more such days: dates, or `month_ends`


@dataclass
class TheatreConfig:
    """The map."""

    name: str = MISSING  # of a packaged theatre, or the path of a folder
    hex_km: float = 25.0  # kilometres across a hex; one of the sizes that are built


@dataclass
class Surface:
    """A stretch of road (column `surface` of roads.csv) that may be paved or not."""

    paved: float = MISSING  # chance that it is, 0 to 1
    source: str = MISSING  # of the chance


@dataclass
class CorridorConfig:
    """What counts as a corridor."""

    source: str = MISSING  # place
    sink: str = MISSING  # place
    coalition: list[str] = MISSING  # factions whose ground it may use
    transit: list[str] = MISSING  # factions whose ground it may cross while they tolerate all of it
    hold_days: int = 30  # days in a row it must be open to count, 1 to 365
    surfaces: dict[str, Surface] = field(default_factory=dict)  # by stretch; else as the road table


@dataclass
class Ensemble:
    """How many worlds, and which random numbers."""

    worlds: int = 1000  # number of worlds, 1 to 10 million
    seed: int = 0  # of all random numbers; any whole number
    replications_per_draw: int = 2  # worlds that share one draw of the uncertain inputs, 1 to 1000
    precision: float = 0.0  # run until 95% intervals of P have this half-width; 0: `worlds` worlds
    precision_of: PrecisionOf = PrecisionOf.both  # which P must be that precise
    max_worlds: int = 100_000  # worlds after which it ends even so, 32 to 10 million
    block: int = 128  # worlds that are stepped together; results do not depend on it, 1 to 1000


@dataclass
class Tls:
    """Certificates (PEM files) for an encrypted cluster; empty: none."""

    ca: str = ""  # of the authority
    cert: str = ""  # of this side
    key: str = ""  # to that


@dataclass
class Jobs:
    """What a batch system is asked for."""

    count: int = 2  # jobs, 1 to 10000
    cores: int = 1  # of each job; a worker process on each, 1 to 1024
    memory: str = "2GB"  # memory of each job
    walltime: str = "01:00:00"  # longest time of each job, hours:minutes:seconds
    queue: str = ""  # partition; empty: the site's default
    account: str = ""  # project that pays; empty: the user's default
    interface: str = ""  # network interface between nodes, such as ib0
    host: str = ""  # address at which nodes reach this machine; empty: found by Dask
    directives: list[str] = field(default_factory=list)  # further options of the batch system
    prologue: list[str] = field(default_factory=list)  # shell lines before a worker starts
    shared_dir: str = ""  # folder that nodes see too, for certificates; empty: where you are


@dataclass
class Executor:
    """Where blocks run."""

    kind: ExecutorKind = ExecutorKind.threads  # where blocks of worlds run
    threads: int = 0  # threads, or worker processes of a local cluster; 0: one for each core
    address: str = ""  # address of a running Dask scheduler; empty: start a local cluster
    retries: int = 2  # times a cluster tries a block again that raised an error, 0 to 100
    tls: Tls = field(default_factory=Tls)
    jobs: Jobs = field(default_factory=Jobs)


@dataclass
class Design:
    """The points of a sweep."""

    kind: DesignKind = DesignKind.grid  # how points are laid out
    points: int = 32  # number of points of lhs and sobol, 1 to 20,000
    seed: int = 0  # of the points of lhs and sobol
    file: str = ""  # of list: a CSV with a column for each key


@dataclass
class Relation:
    """How a faction stands to another, and how far that may go."""

    stance: Stance = MISSING  # how it stands to it at the origin
    worst: Stance = MISSING  # alarm and incidents move it no further than this
    note: str = ""  # source, truce or deconfliction line that it reflects
    yields: bool = False  # places to which both came are held by the other


@dataclass
class RedLine:
    """Ground whose crossing is answered by a strike. `place` empty: no red line."""

    place: str = ""  # around which it is drawn
    radius_km: float = 55.0  # how far from the place it lies, km, 0 to 300
    probability: float = 0.5  # that a crossing into the middle of it is answered, 0 to 1
    damage: float = 0.1  # share of the crossing army lost to a strike, 0 to 1
    against: list[str] = field(default_factory=list)  # factions
    source: str = ""  # of its values


@dataclass
class Alarm:
    """Alarm at rivals near what a faction guards (after Richardson 1960)."""

    initial: float = 0.0  # alarm at the origin, 0 to 1
    sensitivity: float = 0.0  # alarm a day at full exposure, 0 to 1
    decay: float = 0.02  # share of alarm lost a day, 0 to 1
    range_km: float = 60.0  # distance at which a rival's weight has fallen to 1/e, 1 to 500
    scale: float = 5000.0  # rival fighters at distance 0 that make exposure one half, above 0
    incident: float = 0.1  # alarm raised at once by a clash or a strike, 0 to 1
    threshold: float = 0.4  # alarm at which posture is raised and relations worsen, 0 to 1
    guards: list[str] = field(default_factory=list)  # places
    watches: list[str] = field(default_factory=list)  # factions
    reinforcement: int = 0  # fighters sent to the guarded places while posture is raised
    reinforcement_days: float = 30.0  # days over which they come, above 0
    source: str = ""  # of its values


@dataclass
class AllySupport:
    """Fighters passed to a partner once enough of the border is held."""

    partner: str = ""  # faction; empty: none
    fighters_per_month: float = 0.0  # at full border control, 0 or more
    border: list[str] = field(default_factory=list)  # the two countries of the border
    unlock_share: float = 0.1  # share of that border's hexes at which support starts, 0 to 1
    source: str = ""  # of its values


@dataclass
class FactionConfig:
    """One faction."""

    title: str = MISSING  # for figures and reports
    color: str = MISSING  # for figures, #rrggbb
    strength: Range = MISSING  # fighters usable for campaigns in this theatre
    quality: float = 1.0  # fighting worth of one fighter, 0.1 to 5
    intake_per_month: Range = MISSING  # fighters recruited, trained or sent, net of desertion
    objectives: dict[str, float] = MISSING  # weight by objective, 0 to 100
    rationality: float = 4.0  # lambda of the quantal response, 0 to 100
    campaigns: int = 2  # operations at a time, 0 to 4
    planning_days: float = 14.0  # mean days from one campaign to the next, above 0
    campaign_days: float = 42.0  # mean days of a campaign, above 0
    mobility_km_day: float = 60.0  # redeployment behind the front, km of good road a day
    muster_km: float = 300.0  # how far forces for a campaign come from, km of good road
    depots: list[str] = MISSING  # places that supply it, and where recruits arrive
    countries: dict[str, float] = MISSING  # willingness to fight in each, 0 to 1
    home: list[str] = MISSING  # countries whose ground is its own
    enemy: str = ""  # faction that its objective `defeat` is about; empty: none
    communities: dict[str, float] = MISSING  # hostility of local people to its rule, 0 to 1
    withdraw: float = 0.5  # odds below which a garrison with a way out leaves, 0 to 1
    airlift: float = 0.0  # share of the losses of a cut-off garrison that supply from the air saves
    relations: dict[str, Relation] = MISSING
    red_line: RedLine = field(default_factory=RedLine)
    alarm: Alarm = field(default_factory=Alarm)
    ally_support: AllySupport = field(default_factory=AllySupport)


@dataclass
class AirPower:
    """An outside supporter whose capacity is divided among the fights it backs."""

    capacity: Range = MISSING  # weapons a week
    backs: dict[str, float] = MISSING  # share of full effect each faction can be given, 0 to 1
    defends: list[str] = field(default_factory=list)  # factions it also backs when attacked


@dataclass
class Line:
    """A river that two sides agree to stay behind, in the worlds in which they do."""

    river: str = ""  # name in ground/outlines.csv of the theatre; empty: no line
    left: list[str] = field(default_factory=list)  # factions that stay on its left bank
    right: list[str] = field(default_factory=list)  # and on its right bank
    chance: float = 0.0  # that the line holds, 0 to 1
    source: str = ""  # of its values


@dataclass
class Variant:
    """Structural choices that go together, of which believable people make different ones."""

    weight: float = MISSING  # among the variants, 0 or more
    choices: list[str] = MISSING  # that are made (names in sim.model.inputs.CHOICES)
    source: str = MISSING  # of its weight and choices


@dataclass
class Rules:
    """The physics of fighting, moving and holding, shared by all factions."""

    open_km_week: Range = MISSING  # advance where nobody stands
    prepared_km_week: Range = MISSING  # advance against a prepared defence
    urban_km_week: Range = MISSING  # advance inside a town
    tempo_drift: Range = MISSING  # factor on all rates of advance that one world draws
    attacker_loss: Range = MISSING  # coefficient of daily losses, mixed Lanchester law
    defender_loss: Range = MISSING  # the same of the defender
    contest_power: Range = MISSING  # exponent m of the contest success function
    defence_bonus: Range = MISSING  # worth of a prepared position, countryside
    urban_bonus: Range = MISSING  # worth of a town
    air_bonus: Range = MISSING  # added worth under full air support
    air_weapons: Range = MISSING  # weapons a week for full support against 1000 fighters
    supply_km: Range = MISSING  # km of good road at which strength has fallen to 1/e
    cut_off_loss: Range = MISSING  # share of a cut-off garrison lost a day
    lapse_per_month: Range = MISSING  # rate at which ground without its garrison is lost
    restive_per_1000: Range = MISSING  # garrison a fully hostile population needs
    peaceful_per_1000: Range = MISSING  # garrison a friendly population needs
    response: float = 0.25  # share of a garrison that can help defend the next hex, 0 to 1
    shared_recruits_per_month: Range = field(  # that an outsider sends to `shared_recruits`
        default_factory=lambda: Range(0.0, 0.0, 0.0, "none unless a theatre says so")
    )
    # Factors pooled over factions, which the past can tell: `landbridge calibrate` fits them.
    tempo: Range = MISSING  # factor on all rates of advance
    initiative: Range = MISSING  # factor on how often campaigns are planned
    attrition: Range = MISSING  # factor on both sides' losses
    recruitment: Range = MISSING  # factor on all intake
    rationality: Range = MISSING  # factor on all rationality
    alarm: Range = MISSING  # factor on all sensitivity of alarm
    shared_recruits: dict[str, float] = field(default_factory=dict)  # faction: share of its need
    pace_shock: Range = MISSING  # sd of the log of a factor on all rates of advance, by quarter
    wars_per_year: Range = MISSING  # rate at which two sides that keep apart go to war
    strokes_per_year: Range = MISSING  # rate at which the weaker side of a war strikes back
    surprise: Range = MISSING  # log odds that surprise adds to the first fight of a counter-stroke
    stroke_ratio: Range = MISSING  # enemies over own fighters from which a side is the weaker
    war_days: Range = MISSING  # mean length of a war between two sides that keep apart
    town_worth: Range = MISSING  # value added to a place in the hex that an army has entered
    pocket_worth: Range = MISSING  # value added to an enemy's place behind the front
    under_way_worth: Range = MISSING  # value added to going on where places were taken lately
    line: Line = field(default_factory=lambda: Line())
    variant: str = "auto"  # of the rules, by name; auto: each world draws one by weight
    variants: dict[str, Variant] = MISSING


@dataclass
class Change:
    """A change of the situation or of settings, for scenarios and what-ifs."""

    place: str = ""  # empty: only what `set` says
    holder: str = ""  # faction that holds it, `none`, or empty: as it was
    faction: str = ""  # whose force there is changed; empty: nobody's
    factor: float = 1.0  # factor on that force, 0 to 100
    add: int = 0  # fighters added to it, 0 or more
    date: str = ""  # day at whose beginning it happens, origin to horizon; empty: the origin
    set: dict[str, Any] = field(default_factory=dict)  # settings by key that hold from then on


@dataclass
class Config:
    """The whole tree."""

    scenario: str = MISSING  # its name
    title: str = ""  # the scenario in words; empty: its name
    clock: Clock = field(default_factory=Clock)
    theatre: TheatreConfig = field(default_factory=TheatreConfig)
    corridor: CorridorConfig = field(default_factory=CorridorConfig)
    faction: dict[str, FactionConfig] = MISSING
    air: dict[str, AirPower] = MISSING
    rules: Rules = field(default_factory=Rules)
    ensemble: Ensemble = field(default_factory=Ensemble)
    executor: Executor = field(default_factory=Executor)
    design: Design = field(default_factory=Design)
    uncertainty: Uncertainty = Uncertainty.posterior  # which values uncertain inputs take
    posterior: str = "auto"  # date until which the past was used; auto: the last by the origin
    changes: list[Change] = field(default_factory=list)  # place, holder, force or settings, by day
