"""The files that an operator starts the portal with, read as the tools read them."""

import json
import re
import shlex
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("careid:")}
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


def instructions():
    """The Dockerfile's, stage by stage: (word, rest) each."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    stages = [[]]
    for line in filter(None, map(str.strip, text.splitlines())):
        word, rest = line.split(None, 1)
        if word == "FROM":
            stages.append([])
        stages[-1].append((word, rest))
    return stages


BEFORE, BUILD, FINAL = instructions()


def of(stage, word):
    return [rest for name, rest in stage if name == word]


def environment():
    """What the image itself sets."""
    return dict(pair.split("=", 1) for rest in of(FINAL, "ENV") for pair in shlex.split(rest))


def healthcheck():
    return json.loads(of(FINAL, "HEALTHCHECK")[0].partition(" CMD ")[2])


def command(service):
    return OURS[service].get("command") or json.loads(of(FINAL, "CMD")[0])


def in_git():
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def let_through(path):
    """Whether .dockerignore lets a file of ours into the build."""
    allowed = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.lstrip("!")
        if line and not line.startswith("#") and any(fnmatch(part, pattern) for part in _heads(path)):
            allowed = line.startswith("!")
    return allowed


def _heads(path):
    """The path and each folder above it; `**/` also means none."""
    parts = path.split("/")
    heads = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    return heads + [f"./{head}" for head in heads]


def of_service(name, secrets):
    """A service's environment, its secrets lying in a folder of ours, and what `docker compose` fills in filled in."""
    filled = {}
    for key, value in OURS[name]["environment"].items():
        text = re.sub(r"\$\{\w+:?-([^}]*)\}", r"\1", value)
        filled[key] = text.replace("/run/secrets/", f"{secrets}/")
    return environment() | filled


def of_unit(unit):
    """What a systemd unit sets: names to values."""
    lines = unit.read_text().splitlines()
    words = [word for line in lines if line.startswith("Environment=") for word in shlex.split(line[12:])]
    return dict(word.split("=", 1) for word in words)
