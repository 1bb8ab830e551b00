"""Rules about what objects name: it exists in the set, is made by somebody, or is declared to exist elsewhere."""
