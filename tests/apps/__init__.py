"""Tests of the systems of this repository."""
