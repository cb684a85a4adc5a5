"""What `landbridge COMMAND --help` says of the longer commands."""

COMPARE = """\
Compares every run with the first one, world by world under the same luck: difference, ratio and
odds of P(corridor), mean days to it, which worlds flip, and how many worlds the pairing saves.
Runs of other lengths are compared over the worlds that both have, until the earlier horizon.

  landbridge compare base withdrawal reinforced
  landbridge compare base other paired=false     as independent runs
  landbridge compare base other out=study        where comparison.json and figures go

Without out, the folder is `comparison`, or `comparison-2` if that holds another one."""

REPORT = """\
Writes one HTML file that explains the answer: when and whether, how far to trust it, maps by week,
single worlds, routes, alarm, differences between runs, every number, every assumption. It asks
nothing of any other place, so that it can be mailed.

  landbridge report base                          out=report.html
  landbridge report base withdrawal reinforced    the others against the first
  landbridge report study                         a sweep: controls over its design points
  landbridge report base hinges out=answer.html   with what it hinges on
  landbridge report base scores=backtest          with the scores of your own backtest"""

SOLVE = """\
Finds the value of a setting at which P(corridor) crosses a target, with an interval, or says that
it never does. All values are run under the same luck; called again, it continues.

  landbridge solve target=0.10 over=faction.tanf.red_line.radius_km
  landbridge solve target=0.5 over=rules.response low=0.1 high=0.6 kind=territory
  landbridge solve target=0.2 over=corridor.hold_days low=1 high=90 ensemble.worlds=500

kind=road or territory; low, high: where to look (all that is allowed); points=7 values in each of
rounds=2, the second where the crossing can still be; out: the folder. Other settings as in run."""

SENSITIVITY = """\
Which settings P(corridor) is sensitive to: first-order and total Sobol' indices with bootstrap
intervals, free of the noise of a finite number of worlds, and a dummy that does nothing.

  landbridge sensitivity 'faction.pmf.objectives.corridor=interval(0.5,4)' \\
       faction.regime.strength=prior 'faction.tanf.red_line.probability=interval(0,1)'
  landbridge sensitivity            objectives of the corridor, strengths, red lines

KEY=interval(LOW,HIGH): even over a range; KEY=prior: over the range of an uncertain input.
base=64: the points are base x (settings + 3); worlds=16 at each; kind=road or territory; out: the
folder. Other settings as in run; called again, it continues."""

RARE = """\
P(corridor) where it is too small for a plain run, by splitting: worlds that come near a corridor
are cloned, with luck of their own from then on, and every world carries a weight, so that the
estimate is unbiased. What comes near is learned from pilots, which are no part of the estimate.

  landbridge rare scenario=jordan_forward uncertainty=central
  landbridge rare kind=territory corridor.hold_days=120 repeats=32 hydra.run.dir=rare

kind=road or territory; particles=200 worlds in each of repeats=16 independent repetitions, which
the interval comes from; rounds=2 of pilots=4 to learn from. Other settings as in run."""

HINGES = """\
Where it hinges: how much P(corridor) changes if the opponents are given a garrison, place by place
along the routes, all under the same luck, with paired intervals and p corrected for the number of
places (Holm). An intervention, not a correlation.

  landbridge hinges ensemble.worlds=500
  landbridge hinges garrison=3000 kind=territory scenario=tanf_withdrawal out=study
  landbridge hinges places=al_tanf,abu_kamal,sukhnah

garrison=1000 fighters, of whoever holds the place if that is no friend of the coalition, else of
the nearest faction that is hostile to it; kind=road or territory; places: instead of all on
the routes; out: the folder. Other settings as in run; called again, it continues."""

CHECK_MODEL = """\
Runs some worlds, watches them day by day and holds what they do to bounds: the corridor planned on
day 0, the speed of campaigns, the time from taking a hex to taking the town in it, plans that fail
and why, the day of the first capture, how long fights for towns last, losses, and what never
happens, apart from what the rules make impossible (docs/check.md).

  landbridge check-model
  landbridge check-model scenario=tanf_withdrawal worlds=200 hydra.run.dir=check

worlds=64; other settings as in run. Exit code 1 if a check fails. The folder holds check.json and
figures."""

VIEW = """\
Serves a page on this machine, at the address that it prints: scenarios, sliders for objectives,
strengths, red lines and the horizon, and any other setting. A change runs worlds at once; P has a
confidence sequence, which holds however long one watches, and the paired difference to a baseline.

  landbridge view
  landbridge view scenario=tanf_withdrawal ensemble.worlds=1000 --port 8000

Settings as in run; ensemble.worlds=300 and clock.beyond_days=0 unless they are given."""
