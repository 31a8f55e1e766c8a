"""Signs the demo's therapist in and prints an access token: `TOKEN=$(…)`.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import sys
import time
from pathlib import Path

import pyotp

from examples.attune_client import TherapistClient
from examples.attune_http import Http, Json, Problem
from examples.demo_server import SIGN_IN_FILE, read_sign_in


def sign_in(therapist: TherapistClient, known: Json) -> None:
    """Come in; a code that was used already has to be waited out, once."""
    totp = pyotp.TOTP(known["totp_secret"])
    who = (known["practice"], known["login"], known["password"])
    try:
        therapist.sign_in(*who, totp.now())
    except Problem as problem:
        if problem.code != "sign-in-refused":
            raise
        left = totp.interval - time.time() % totp.interval
        sys.stderr.write(f"This code was used; waiting {left:.0f} s for the next.\n")
        time.sleep(left + 0.5)
        therapist.sign_in(*who, totp.now())


def main() -> None:
    """Entry point."""
    asked = argparse.ArgumentParser(description=__doc__)
    file = Path("var") / SIGN_IN_FILE
    asked.add_argument("--sign-in", type=Path, default=file, metavar="FILE")
    known = read_sign_in(asked.parse_args().sign_in)
    if not known:
        sys.exit("The demo has not been started here: make run")
    http = Http(known["url"])
    sign_in(TherapistClient(http), known)
    print(http.token)
    http.close()


if __name__ == "__main__":
    main()
