"""count-system: six services on PostgreSQL, three Redis and Kafka, started in order."""

from pathlib import Path

from apps.count_system.stack import CountSystem
from apps.count_system.values import CountSystemValues
from lumen_constructs import Scripts, System

SYSTEM = System(
    name="count-system",
    stack=CountSystem,
    values=CountSystemValues,
    directory=Path(__file__).parent,
    scripts=Scripts(images=("count-*", "dashboard-*")),
)
