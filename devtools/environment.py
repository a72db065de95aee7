"""The Python environment and Odoo's source."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .machine import CannotGoOn, cache_dir, replacing, run, step

HERE = Path(__file__).resolve().parent
# Debian's odoo-19 links into these instead of shipping their files.
LINKED_PACKAGES = (
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
)
# mail's manifest names it, Debian leaves it out.
LEFT_OUT = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def venv_dir():
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    content = b"".join(
        (HERE / name).read_bytes() for name in ("requirements.txt", "constraints.txt")
    )
    return cache_dir() / f"venv-{version}-{hashlib.sha256(content).hexdigest()[:8]}"


def python():
    return venv_dir() / "bin" / "python"


def ensure_venv():
    """Create the virtual environment; it is complete once its stamp is there."""
    target = venv_dir()
    stamp = target / "complete"
    if stamp.exists():
        return
    with step("Python packages"):
        # Built in place: scripts in a virtual environment hold its path.
        shutil.rmtree(target, ignore_errors=True)
        # `env -i`-like: a surrounding virtual environment must not leak in.
        run([sys.executable, "-m", "venv", target])
        install = [
            python(),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        install += ["-r", HERE / "requirements.txt"]
        try:
            run([*install, "-c", HERE / "constraints.txt"])
        except CannotGoOn:
            # The pinned set is tested with Python 3.11; another may need others.
            run(install)
        stamp.touch()


def ensure_odoo():
    """Return the folder that holds the Python package ``odoo``.

    Taken from ODOO_SOURCE, else from the surrounding Python, else unpacked
    from Debian's package, else cloned.

    :raise CannotGoOn: when none of these ways is open
    """
    source = _given_source() or _importable_source()
    if not source:
        source = _unpacked_source() if shutil.which("dpkg") else _cloned_source()
    for site in (venv_dir() / "lib").glob("python3*/site-packages"):
        (site / "odoo_source.pth").write_text(f"{source}\n")
    return source


def odoo_key(source):
    """Return a short name for this build of Odoo: templates are kept per build."""
    release = (source / "odoo" / "release.py").read_bytes()
    return hashlib.sha256(str(source).encode() + release).hexdigest()[:8]


def addons_paths(source):
    """Return the addons folders of either layout (repository, package)."""
    candidates = (source / "odoo" / "addons", source / "addons")
    return [
        path
        for path in candidates
        if (path / "base").is_dir() or (path / "sale").is_dir()
    ]


def _given_source():
    given = os.environ.get("ODOO_SOURCE")
    if not given:
        return None
    path = Path(given).resolve()
    if not (path / "odoo" / "release.py").is_file():
        raise CannotGoOn(
            f"ODOO_SOURCE={given} holds no Odoo: "
            "a folder with odoo/release.py is expected there."
        )
    return path


def _importable_source():
    command = "import odoo.release as r; print(r.version_info[0], r.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", command],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    major, _sep, file = done.stdout.strip().partition(" ")
    return Path(file).parent.parent if major == "19" else None


def _unpacked_source():
    target = cache_dir() / "odoo-19"
    source = target / "usr/lib/python3/dist-packages"
    if target.is_dir():
        return source
    with step("Odoo 19 (Debian's package, unpacked)"), replacing(target) as partial:
        with replacing(cache_dir() / "apt") as apt:
            _download_debs(apt)
            for deb in sorted((apt / "debs").glob("*.deb")):
                run(["dpkg", "-x", deb, partial])
        left_out = partial / "usr/lib/python3/dist-packages/odoo" / LEFT_OUT
        left_out.parent.mkdir(parents=True, exist_ok=True)
        left_out.touch()
    shutil.rmtree(cache_dir() / "apt", ignore_errors=True)
    return source


def _download_debs(apt):
    """Download the packages through an apt of our own, beside the machine's."""
    codename = _codename()
    for folder in (
        "lists/partial",
        "cache/archives/partial",
        "parts",
        "preferences.d",
        "debs",
    ):
        (apt / folder).mkdir(parents=True)
    keyring, mirror = _debian_mirror()
    suites = dict.fromkeys(("sid", codename))
    lines = [
        f"deb [signed-by={keyring}] {mirror} {suite} main\n"
        for suite in suites
        if suite
    ]
    (apt / "sources.list").write_text("".join(lines))
    options = {
        "Dir::Etc::SourceList": apt / "sources.list",
        "Dir::Etc::SourceParts": apt / "parts",
        "Dir::Etc::PreferencesParts": apt / "preferences.d",
        "Dir::State::Lists": apt / "lists",
        "Dir::Cache": apt / "cache",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "1",
    }
    command = ["apt-get", *(f"-o{key}={value}" for key, value in options.items())]
    run([*command, "update"])
    # Odoo's icons are Font Awesome 4; sid's package has moved on to 7.
    icons = f"fonts-font-awesome/{codename}" if codename else "fonts-font-awesome"
    run(
        [*command, "download", "odoo-19/sid", icons, *LINKED_PACKAGES], cwd=apt / "debs"
    )


def _codename():
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME="):
            return line.partition("=")[2].strip('"')
    return None


def _debian_mirror():
    """Return keyring and mirror that the machine's own apt uses for Debian."""
    places = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    text = "\n".join(
        path.read_text()
        for path in places
        if path.is_file() and path.suffix in (".list", ".sources")
    )
    mirrors = re.findall(
        r"^(?:URIs:|deb\s+(?:\[[^]]*\]\s+)?)\s*(\S+?/debian)/?(?:\s|$)",
        text,
        re.MULTILINE,
    )
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    if not mirrors or not keyring.exists():
        raise CannotGoOn(
            "No Debian mirror is set up for apt here: "
            "point ODOO_SOURCE at an Odoo 19 you have."
        )
    return keyring, mirrors[0]


def _cloned_source():
    target = cache_dir() / "odoo-19"
    if not target.is_dir():
        if not shutil.which("git"):
            raise CannotGoOn(
                "Neither apt nor git is here: point ODOO_SOURCE at an Odoo 19 you have."
            )
        with step("Odoo 19 (clone of branch 19.0)"), replacing(target) as partial:
            url = "https://github.com/odoo/odoo"
            run(
                [
                    "git",
                    "clone",
                    "--quiet",
                    "--depth=1",
                    "--branch=19.0",
                    url,
                    partial / "odoo",
                ]
            )
    return target / "odoo"
