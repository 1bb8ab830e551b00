"""Data stores: what a component keeps its data in, embedded as one node or run by an operator."""
