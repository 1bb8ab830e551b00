"""lumen-v16: a metrics exporter and a stats service, scraped by Prometheus."""

from pathlib import Path

from apps.lumen_v16.stack import LumenV16
from apps.lumen_v16.values import LumenV16Values
from lumen_constructs import System

SYSTEM = System(name="lumen-v16", stack=LumenV16, values=LumenV16Values, directory=Path(__file__).parent)
