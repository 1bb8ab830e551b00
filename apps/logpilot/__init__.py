"""logpilot: a log collector in three modes, by REST, by gRPC, or both."""

from pathlib import Path

from apps.logpilot.overlay import overlay
from apps.logpilot.stack import LogPilot
from apps.logpilot.values import LogPilotValues
from lumen_constructs import System

SYSTEM = System(
    name="logpilot",
    stack=LogPilot,
    values=LogPilotValues,
    directory=Path(__file__).parent,
    overlay=overlay,
)
