"""From plain manifests to files: canonical form, the order of apply, and the tree that is replaced as a whole."""
