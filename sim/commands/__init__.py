"""The commands of `landbridge`, one file each; `sim.cli` reads the arguments."""
