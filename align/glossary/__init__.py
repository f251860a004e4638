"""Term pairs of a parallel corpus: candidates of both sides, paired, chosen, ranked."""
