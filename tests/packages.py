"""The product's own packages, as pyproject.toml names them where their layers are held."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EACH = tuple(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"])
IN_PRODUCTION = tuple(one for one in EACH if one != "demo")
