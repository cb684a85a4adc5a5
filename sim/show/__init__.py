"""What readers see: figures of a run folder. matplotlib lives only here."""
