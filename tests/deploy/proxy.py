"""The proxy's own settings, run by the nginx that is here, in a folder of ours."""

import os
import re
import shutil
import subprocess

import pytest

from tests.deploy.files import ROOT

NGINX = shutil.which("nginx") or next(filter(os.path.exists, ["/usr/sbin/nginx"]), None)
needs_nginx = pytest.mark.skipif(not NGINX, reason="nginx is not installed: apt-get install nginx-light")


def settings(place, secrets, ports, listen):
    """Write deploy/nginx.conf and deploy/upstream.conf with these ports in their places. Returns nginx's words."""
    upstream = (ROOT / "deploy" / "upstream.conf").read_text()
    for usual, port in zip(re.findall(r"127\.0\.0\.1:(\d+)", upstream), ports, strict=True):
        upstream = upstream.replace(f":{usual} ", f":{port} ")
    (place / "upstream.conf").write_text(upstream)
    text = re.sub(r"(?<=\s)/tmp/", f"{place}/tmp/", (ROOT / "deploy" / "nginx.conf").read_text())
    text = text.replace("/etc/nginx/careid/upstream.conf", str(place / "upstream.conf"))
    text = text.replace("/run/secrets", str(secrets)).replace("/dev/stdout", str(place / "access"))
    text = text.replace("listen 8443", f"listen 127.0.0.1:{listen}")
    (place / "nginx.conf").write_text(text if os.getuid() else f"user root;\n{text}")
    (place / "tmp").mkdir(exist_ok=True)
    words = [NGINX, "-e", "/dev/stderr", "-p", str(place), "-c", str(place / "nginx.conf")]
    tried = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr, tried.stderr
    return [*words, "-g", "daemon off;"]
