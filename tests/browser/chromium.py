"""A Chromium to test in: one that is here, else Playwright's own, else the system's package as root."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# The address bar of Chromium's own window holds pages too, made anew with each context: three fifths of its processor
# time. Of the lists of what is switched off only the last counts, so what Playwright names stands here again.
WITHOUT = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay",
    "HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch",
)  # fmt: skip
ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    f"--disable-features={','.join(WITHOUT)}",
)  # fmt: skip


def find(playwrights_own):
    """The path of a Chromium, brought here if need be. Raises RuntimeError with the way out where there is none."""
    here = next(filter(None, map(shutil.which, NAMES)), None)
    if here or os.path.exists(playwrights_own):
        return here or playwrights_own
    tried = _run(sys.executable, "-m", "playwright", "install", "chromium")
    if not os.path.exists(playwrights_own) and os.getuid() == 0 and shutil.which("apt-get"):
        tried += _run("apt-get", "update") + _run("apt-get", "install", "-y", "--no-install-recommends", "chromium")
    here = shutil.which("chromium") or (playwrights_own if os.path.exists(playwrights_own) else None)
    if here is None:
        raise RuntimeError(f"No Chromium was found and none could be brought: install the package chromium.\n{tried}")
    return here


def _run(*command):
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=400,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{command[0]}: {error}\n"
    return f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-500:]}"
