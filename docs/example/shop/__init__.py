"""The systems of this project."""

from pathlib import Path

from lumen_constructs import System
from shop.stack import Shop
from shop.values import ShopValues

SYSTEMS = [System("shop", Shop, ShopValues, Path(__file__).parent)]
