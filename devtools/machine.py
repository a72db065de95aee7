"""What the machine must have, where things are kept, and how progress is told.

Standard library only: this runs before anything is installed.
"""

import contextlib
import fcntl
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
ADDON = CHECKOUT / "customer_archive"
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-*.ttc",
    "/usr/share/fonts/truetype/wqy/*.ttc",
)


# A socket's path has up to 107 characters; Chromium's adds the most to ours.
MAX_CACHE_PATH = 56
DAY = 24 * 3600


class CannotGoOn(Exception):
    """One sentence that says what is missing."""


def cache_dir():
    """Return the one folder written to besides the checkout.

    As root it is below /var/cache, because PostgreSQL refuses to run as root
    and the user it runs as can't enter root's home.
    """
    chosen = os.environ.get("CUSTOMER_ARCHIVE_CACHE")
    if chosen:
        return Path(chosen).resolve()
    if os.geteuid() == 0:
        return Path("/var/cache/customer_archive")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "customer_archive"


def ensure_cache():
    """Make the cache folder; return it.

    :raise CannotGoOn: if it can't be made, or couldn't hold a socket
    """
    folder = cache_dir()
    if len(str(folder)) > MAX_CACHE_PATH:
        raise CannotGoOn(
            f"The path of the cache folder {folder} is too long for sockets in it: "
            f"set CUSTOMER_ARCHIVE_CACHE to one of up to {MAX_CACHE_PATH} characters."
        )
    try:
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
        for leftover in (folder / "tmp").iterdir():
            if time.time() - leftover.lstat().st_mtime > DAY:
                shutil.rmtree(leftover, ignore_errors=True)
    except OSError as error:
        raise CannotGoOn(
            f"The cache folder {folder} can't be made ({error.strerror}): "
            "set CUSTOMER_ARCHIVE_CACHE to another."
        ) from error
    return folder


def checkout_key():
    """Return a short name for this checkout: several may share one cache."""
    return hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]


def run(command, *, log=None, **kwargs):
    """Run ``command`` quietly; what it printed is shown only if it fails.

    :param log: file that gets the output; without it the output is kept in memory
    :raise CannotGoOn: when the command fails
    """
    kwargs.setdefault("stdin", subprocess.DEVNULL)
    command = [str(part) for part in command]
    if log:
        with open(log, "ab") as stream:
            done = subprocess.run(
                command, check=False, stdout=stream, stderr=subprocess.STDOUT, **kwargs
            )
        output = f"see {log}"
    else:
        done = subprocess.run(
            command,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **kwargs,
        )
        output = done.stdout.decode(errors="replace").strip()[-3000:]
    if done.returncode:
        raise CannotGoOn(
            f"{Path(command[0]).name} failed (exit {done.returncode}): {output}"
        )
    return output


@contextlib.contextmanager
def step(text):
    """Print one progress line for what happens inside."""
    print(f"· {text} … ", end="", flush=True, file=sys.stderr)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("stopped", file=sys.stderr)
        raise
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)


@contextlib.contextmanager
def exclusive(name):
    """Hold a lock that the kernel gives back even if this process is killed."""
    path = cache_dir() / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def replacing(target):
    """Give a folder to fill, which becomes ``target`` only when it is complete."""
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    yield partial
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def chromium():
    """Return the path of the browser, or None."""
    for name in (
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ):
        if path := shutil.which(name):
            return path
    return None


def _missing_packages():
    """Debian packages that something here needs and that aren't there."""
    missing = []
    if not chromium():
        missing.append("chromium")
    if not any(glob.glob(pattern) for pattern in FONTS):
        missing.append("fonts-noto-cjk")
    # Prints, such as the slip that goes with papers lent.
    if not shutil.which("wkhtmltopdf"):
        missing.append("wkhtmltopdf")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        missing.append("python3-venv")
    return missing


def ensure_system_packages():
    """Install what is missing as root; name the one line otherwise.

    :raise CannotGoOn: before any work has started
    """
    if not (3, 10) <= sys.version_info[:2] <= (3, 13):
        raise CannotGoOn(
            "Odoo 19 needs Python 3.10 to 3.13, "
            f"and python3 is {sys.version.split()[0]}: put a fitting one first in PATH."
        )
    missing = _missing_packages()
    if not missing:
        return
    line = f"apt-get install --no-install-recommends -y {' '.join(missing)}"
    if os.geteuid() or not shutil.which("apt-get"):
        raise CannotGoOn(f"Some system packages are missing; as root: {line}")
    with step(f"System packages: {', '.join(missing)}"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update"], env=environment)
        run(line.split(), env=environment)
    if still := _missing_packages():
        raise CannotGoOn(
            f"These packages were installed but can't be found: {', '.join(still)}."
        )
