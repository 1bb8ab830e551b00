"""Bodies of pods and of what runs them."""
