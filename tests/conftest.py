"""What all tests share."""

from __future__ import annotations

import os

# Node.js warns on stderr about versions past their end of life; the tests read stderr.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
