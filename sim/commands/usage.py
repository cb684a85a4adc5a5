"""What `landbridge COMMAND --help` says of the longer commands."""

COMPARE = """\
Compares every run with the first one, world by world under the same luck: difference, ratio and
odds of P(corridor), mean days to it, which worlds flip, and how many worlds the pairing saves.

  landbridge compare base withdrawal reinforced
  landbridge compare base other paired=false     as independent runs
  landbridge compare base other out=study        where comparison.json and figures go"""

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
