"""Rules about single objects: fields, types, names, and the small languages inside strings."""
