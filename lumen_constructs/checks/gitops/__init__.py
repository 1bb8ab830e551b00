"""Rules about sync: canonical form, immutable fields, waves, hooks, and what must be kept."""
