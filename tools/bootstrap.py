"""Makes `.venv` and installs one hash-locked set: `python3 tools/bootstrap.py run|dev`.

Runs on a bare Python 3.11 or newer with nothing installed but pip (no ensurepip
needed). An unchanged lock is not installed again. Nothing without a hash gets in.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
OLDEST = (3, 11)
PIP_MISSING = """\
pip is missing for {python}. On Debian and Ubuntu: apt-get install python3-pip"""

_PACKAGE = re.compile(
    r"(?:Collecting |Requirement already satisfied: |Ignoring |Processing (?:\S*/)?)"
    r"([A-Za-z0-9._]+(?:-[A-Za-z]\w*)*)"
)
"""A line in which pip turns to its next package."""


def lock_of(name: str) -> Path:
    """Path of a lock: `run` to serve, `dev` to build and test as well."""
    return ROOT / "requirements" / f"{name}.txt"


def fingerprint(name: str) -> str:
    """Digest of what would be installed, and by which Python."""
    digest = hashlib.sha256(lock_of(name).read_bytes())
    digest.update(repr(sys.version_info[:3]).encode())
    return digest.hexdigest()


def stamps() -> dict[str, str]:
    """What is installed already; nothing where the environment does not work."""
    if not STAMP.is_file() or not PYTHON.exists():
        return {}
    read: dict[str, str] = json.loads(STAMP.read_text())
    return read


def make_environment() -> None:
    """Create `.venv`, anew where it belongs to another Python."""
    if PYTHON.exists():
        version = [str(PYTHON), "-c", "import sys; print(*sys.version_info[:2])"]
        seen = subprocess.run(version, capture_output=True, text=True, check=False)
        if seen.stdout.split() == [str(part) for part in sys.version_info[:2]]:
            return
        print(".venv belongs to another Python; making it anew", flush=True)
        shutil.rmtree(VENV)
    print(f"Making .venv with Python {sys.version.split()[0]}", flush=True)
    venv.EnvBuilder(with_pip=False, symlinks=True).create(VENV)


def install(name: str) -> None:
    """Install a lock into `.venv`, counting packages while it goes."""
    lock = lock_of(name)
    total = len(re.findall(r"^[A-Za-z0-9][^ ]*==", lock.read_text(), re.MULTILINE))
    print(f"Installing {total} packages ({lock.relative_to(ROOT)})", flush=True)
    pip = [sys.executable, "-m", "pip", "--python", str(PYTHON), "install"]
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    what = ["--require-hashes", "--no-deps", "-r", str(lock)]
    with subprocess.Popen(
        [*pip, *quiet, *what],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        said = follow(running, total)
    if running.returncode != 0:
        sys.exit("".join(said) + f"\ncould not install {lock.relative_to(ROOT)}")


def follow(running: "subprocess.Popen[str]", total: int) -> list[str]:
    """Print how far pip is; return everything it said."""
    said: list[str] = []
    found = 0
    for line in running.stdout or ():
        said.append(line)
        if match := _PACKAGE.match(line):
            found += 1
            if sys.stdout.isatty():
                print(f"\r  {found}/{total} {match[1]:<40}", end="", flush=True)
            elif found % 20 == 0:
                print(f"  {found}/{total}", flush=True)
        elif line.startswith("Installing collected"):
            end = "\r" if sys.stdout.isatty() else ""
            print(f"{end}  {found}/{total} fetched; unpacking {'':<30}", flush=True)
    return said


def pip_is_there() -> bool:
    """Whether this Python can install at all."""
    probe = [sys.executable, "-m", "pip", "--version"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def main() -> None:
    """Entry point."""
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "dev"):
        sys.exit(__doc__)
    if sys.version_info < OLDEST:
        sys.exit(f"Attune needs Python 3.11 or newer, this is {sys.version.split()[0]}")
    name = sys.argv[1]
    installed = stamps()
    if installed.get(name) == fingerprint(name):
        return
    if not pip_is_there():
        sys.exit(PIP_MISSING.format(python=sys.executable))
    make_environment()
    install(name)
    STAMP.write_text(json.dumps(stamps() | {name: fingerprint(name)}, indent=1))


if __name__ == "__main__":
    main()
