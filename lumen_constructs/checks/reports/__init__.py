"""What a run over files found, and the formats that show it, each a function from an outcome to a text."""
