"""Benchmarks: what the library costs, measured against the same objects made with typed L1 classes."""
