"""The programs that draw the gallery: Node.js and a browser, with npm's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def program(variable: str, package: str, *names: str) -> str:
    """The program a variable names, else the first of `names` on the PATH."""
    for name in (os.environ.get(variable, ""), *names):
        if name and (path := shutil.which(name)):
            return path
    raise SystemExit(
        f"error: no {names[0]} was found\n"
        f"hint: install it (Debian, Ubuntu: apt install {package}), or name it: {variable}=/path/to/{names[0]}"
    )


def install_packages() -> None:
    """The packages of package-lock.json, unless the ones at hand are of this lock."""
    installed, lock = HERE / "node_modules" / ".package-lock.json", HERE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([program("NPM", "npm", "npm"), "ci", "--ignore-scripts", "--prefix", str(HERE)], check=True)


def shrink(folder: Path) -> None:
    """Fewer colours, where pngquant is at hand: the pictures are in the repository."""
    if pngquant := shutil.which("pngquant"):
        files = [str(path) for path in sorted(folder.glob("*.png"))]
        subprocess.run(
            [pngquant, "--force", "--ext", ".png", "--strip", "--skip-if-larger", "128", *files], check=False
        )
