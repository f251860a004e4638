"""Jobs on a finished corpus: near-duplicates, leaks, splits, audits. Units in, units out, no files."""
