"""The three locks: `python -m tools.locks compile [--upgrade] | check`.

`run` serves, `pdf` is what the extra of that name adds to it, `dev` holds all of both
at the same versions. Every package has hashes, and no lock names a registry: that is
the installing machine's business.
"""

import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "requirements"
LOCKS: dict[str, tuple[str, ...]] = {"run": (), "pdf": ("run",), "dev": ("run", "pdf")}
"""Each lock, and the locks whose versions it keeps to."""
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)", re.MULTILINE)
_UNHASHED = re.compile(r"^[A-Za-z0-9][^\n]*[^\\\n]$", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """Return the version of every package in a lock."""
    return dict(_PIN.findall((FOLDER / f"{name}.txt").read_text()))


def faults() -> list[str]:
    """Say what is wrong with the locks."""
    found = []
    dev = pins("dev")
    for name in ("run", "pdf"):
        found += [
            f"{package}: {name} has {version}, dev has {dev.get(package)}"
            for package, version in pins(name).items()
            if dev.get(package) != version
        ]
    for name in LOCKS:
        text = (FOLDER / f"{name}.txt").read_text()
        if "://" in text or "--index" in text:
            found.append(f"{name}.txt names a registry")
        found += [f"{name}.txt: no hash for {line}" for line in _UNHASHED.findall(text)]
    return found


def compile_lock(name: str, *options: str) -> None:
    """Resolve one lock for every platform and for Python 3.11 and newer."""
    constraint = [word for other in LOCKS[name] for word in ("-c", f"{other}.txt")]
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", f"{name}.in"),
            *("-o", f"{name}.txt", "--quiet", "--universal"),
            *("--python-version", "3.11", "--generate-hashes", "--no-header"),
            *("--no-emit-index-url", *constraint, *options),
        ],
        cwd=FOLDER,
        check=True,
    )


def main() -> None:
    """Entry point."""
    if sys.argv[1:2] == ["compile"]:
        for name in LOCKS:
            print(f"resolving {name}", flush=True)
            compile_lock(name, *sys.argv[2:])
    elif sys.argv[1:] == ["check"]:
        if found := faults():
            sys.exit("\n".join([*found, "mend with: make lock"]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
