"""What ``generate_reference.py`` writes, one module for each kind of page."""
