"""observer: one application, with the ConfigMap as source of truth and three probe roles."""

from pathlib import Path

from apps.observer.stack import Observer
from apps.observer.values import ObserverValues
from lumen_constructs import System

SYSTEM = System(name="observer", stack=Observer, values=ObserverValues, directory=Path(__file__).parent)
