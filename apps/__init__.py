"""The systems of this repository, each built only from the library's public names."""
