"""imprun: an umbrella of five components in four environments, with their Secrets."""

from pathlib import Path

from apps.imprun.stack import Imprun
from apps.imprun.values import ImprunValues
from lumen_constructs import System

SYSTEM = System(name="imprun", stack=Imprun, values=ImprunValues, directory=Path(__file__).parent)
