"""One exercise from offer to chart, over real HTTP: `make walkthrough`.

SPDX-License-Identifier: Apache-2.0

Without --url it starts a demo server of its own and ends it. With --url it talks to a
running `make run` and signs in with what that demo wrote to var/demo-sign-in.json.
"""

import argparse
import itertools
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import httpx

from examples.attune_client import DeviceClient, TherapistClient, run_body
from examples.attune_http import Http, Json, Offline
from examples.attune_store import new_id
from examples.demo_server import demo_server, read_sign_in
from examples.sign_in import sign_in
from examples.walkthrough_papers import (
    BREATHING,
    CHANGING,
    MOOD,
    ZONE,
    breathing_answers,
    changing_answers,
    mood_answers,
    stopped_answers,
    terms_of,
)

SERIES = f"{BREATHING}.distress"
_steps = itertools.count(1)


def say(sentence: str) -> None:
    """Print one step, or what it came to."""
    print(f"{next(_steps):>2}. {sentence}", flush=True)


def note(text: str) -> None:
    """Print something beside a step."""
    print(f"    {text}", flush=True)


class Plug(httpx.BaseTransport):
    """A network connection that can be pulled out, to be honestly offline."""

    def __init__(self) -> None:
        self.is_in = True
        self._wire = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, if there is a connection."""
        if not self.is_in:
            raise httpx.ConnectError("unplugged", request=request)
        return self._wire.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()


@dataclass
class Walk:
    """Who walks, and what they have in their hands so far."""

    therapist: TherapistClient
    device: DeviceClient
    plug: Plug
    client_id: str = ""
    breathing: Json = field(default_factory=dict)
    changing: Json = field(default_factory=dict)
    agreed_at: datetime = field(default_factory=lambda: datetime.now(UTC))


# --- the steps ----------------------------------------------------------------


def come_in(walk: Walk, known: Json) -> None:
    """The therapist comes in with password and code."""
    sign_in(walk.therapist, known)
    say(f"{known['login'].title()}, the therapist, signs in with password and code.")


def enrol(walk: Walk) -> None:
    """A new client, a code shown in the session, a device with its own key."""
    client = walk.therapist.add_client("Kestrel", ZONE)
    walk.client_id = client["id"]
    say(f"She takes a new client into care, known here as {client['nickname']}.")
    code = walk.therapist.enrolment_code(walk.client_id)
    say(f"In the session she shows the one-time code {code}.")
    walk.device.enrol(code, "My phone")
    say("The client's phone makes a key, enrols with the code and signs in with it.")


def offer(walk: Walk) -> None:
    """Two offers: a breathing exercise and a consent experiment."""
    yesterday = datetime.now(ZoneInfo(ZONE)) - timedelta(days=1)
    evening = yesterday.replace(hour=19, minute=0, second=0, microsecond=0)
    reader = walk.therapist
    breathing = terms_of(
        BREATHING,
        reader.exercise(BREATHING)["latest"],
        "FREQ=DAILY;COUNT=14",
        evening,
        sharing="scores",
        rationale="A slow minute in the evening.",
        reminders={"wanted": True, "at": ["18:45"]},
    )
    changing = terms_of(
        CHANGING,
        reader.exercise(CHANGING)["latest"],
        "FREQ=WEEKLY;COUNT=6",
        evening,
        setting="therapist",
        sharing="full",
        rationale="To see what happens when you change your mind, here where it is safe.",
    )
    reader.set_phase(walk.client_id, "boundaries")
    say("She notes that the work has come to boundaries: what comes later waits.")
    walk.breathing = reader.offer(walk.client_id, breathing)
    walk.changing = reader.offer(walk.client_id, changing)
    say("She offers a breathing exercise for two weeks of evenings.")
    say("And a consent experiment in the next six sessions. Both wait for an answer.")


def answer(walk: Walk) -> None:
    """One offer accepted, one grant kept back; the other countered and agreed."""
    walk.breathing = walk.device.move(
        walk.breathing["id"],
        "accept",
        revision=walk.breathing["offered_revision"],
        grants={"do": True, "remind": False, "share": True},
    )
    grants = walk.breathing["grants"]
    given = ", ".join(f"{name} {_yes(grants[name])}" for name in grants)
    say(f"The client accepts the breathing. The three grants: {given}.")
    smaller = dict(walk.changing["terms"])
    smaller["schedule"] = smaller["schedule"] | {"rule": "FREQ=WEEKLY;COUNT=2"}
    smaller["rationale"] = "Twice, and then we look at it together."
    walk.changing = walk.device.move(
        walk.changing["id"],
        "counter",
        terms=smaller,
        grants={"do": True, "remind": False, "share": True},
    )
    say(
        "For the experiment the client proposes two sessions instead of six "
        f"(it is {walk.changing['state']} now)."
    )
    walk.changing = walk.therapist.agree(walk.changing["id"])
    walk.agreed_at = datetime.now(UTC)
    say(f"The therapist agrees; it is {walk.changing['state']} on the client's terms.")


def go_offline(walk: Walk) -> None:
    """Three runs and a "not today", written down without a connection."""
    device = walk.device
    device.sync()
    now = datetime.now(UTC)
    planned = device.occurrences(
        walk.breathing["id"], now - timedelta(days=1), now + timedelta(days=3)
    )
    say(
        f"The phone syncs: it knows {len(planned)} planned evenings. Then it is offline."
    )
    walk.plug.is_in = False
    note("Two days pass (the runs below are dated back, so that you need not wait).")
    whole = breathing_answers(before=7, after=5, cycles=10)
    stopped = {"state": "stopped", "sharing": {"level": "sealed"}}
    today = {"occurrence": planned[0]["key"]}
    kept: list[tuple[float, Json, Json]] = [
        (48, whole, {}),
        (24, stopped_answers(), stopped),
        (0.1, breathing_answers(before=6, after=3, cycles=14), today),
    ]
    for hours_ago, answers, more in kept:
        began = now - timedelta(hours=hours_ago)
        body = run_body(
            walk.breathing,
            answers,
            started_at=began,
            ended_at=began + timedelta(minutes=2),
            zone=ZONE,
            **more,
        )
        device.keep_completion(body)
    device.keep_answer(walk.breathing["id"], planned[1], "not_today")
    say(
        f"Offline, the client breathes three times and says 'not today' once: "
        f"{len(device.queue)} operations wait on the phone."
    )
    say("One run was stopped midway, by choice, and stays private: that is allowed.")
    try:
        device.sync()
    except Offline:
        say(f"A sync fails politely; {len(device.queue)} operations still wait.")


def come_back(walk: Walk) -> list[Json]:
    """Everything is sent once, with a verdict each; return what was sent."""
    walk.plug.is_in = True
    sent = walk.device.queue.first(len(walk.device.queue))
    synced = walk.device.sync()
    verdicts = ", ".join(str(one["verdict"]) for one in synced.verdicts)
    say(f"Back online, one batch goes out. The verdicts: {verdicts}.")
    body = run_body(
        walk.changing,
        changing_answers(),
        started_at=walk.agreed_at,
        ended_at=datetime.now(UTC),
        zone=ZONE,
    )
    walk.device.keep_completion(body)
    walk.device.sync()
    say("In the session they do the consent experiment once; the phone sends it too.")
    return sent


def retry(walk: Walk, sent: list[Json]) -> None:
    """The same again, twice: the same batch, and each run by PUT as well."""
    before = len(walk.device.completions())
    for attempt in ("first", "second"):
        answers = walk.device.send(sent)["verdicts"]
        again = {str(one["verdict"]) for one in answers}
        for operation in sent:
            if operation["kind"] == "completion":
                walk.device.put_completion(
                    operation["completion_id"], operation["completion"]
                )
        say(
            f"The {attempt} retry sends the batch and every PUT again: "
            f"all {_listed(again)}."
        )
    after = len(walk.device.completions())
    if before != after:
        sys.exit(f"Retrying doubled something: {before} runs before, {after} after.")
    say(f"Nothing doubled: {before} runs before, {after} after.")


def be_heard(walk: Walk) -> None:
    """A questionnaire says something that somebody has to hear of; help comes back."""
    latest = walk.therapist.exercise(MOOD)["latest"]
    terms = {
        "exercise": {"slug": MOOD, "version": latest},
        "schedule": {"kind": "as_needed"},
        "sharing": "scores",
    }
    mood = walk.therapist.offer(walk.client_id, terms)
    grants = {"do": True, "remind": False, "share": True}
    mood = walk.device.move(mood["id"], "accept", revision=1, grants=grants)
    now = datetime.now(UTC)
    body = run_body(
        mood, mood_answers(ninth=1), started_at=now, ended_at=now, zone=ZONE, save=1
    )
    receipt = walk.device.put_completion(new_id(), body)
    score = receipt["points"]["score"]
    say(
        f"The client fills in a questionnaire; the service makes it {score['score']:g}."
    )
    note(receipt["support"]["not_emergency"])
    for line in receipt["support"]["resources"][:2]:
        note(f"{line['name']}: {line['number'] or line['url']}")
    for alert in walk.therapist.alerts(walk.client_id):
        say(f"The therapist reads: {alert['title']} ({alert['priority']}).")
        note(alert["suggestion"]["text"])
        walk.therapist.acknowledge(alert["id"], "talked")
        say("They talk, and she says so: the alert is acknowledged, never deleted.")


def read_progress(walk: Walk, chart: Path) -> None:
    """Both read the same series, each as far as they may; the chart goes to a file."""
    own = walk.device.progress(walk.client_id)["series"]
    shared = walk.therapist.progress(walk.client_id)["series"]
    say(
        "Both read progress. The therapist sees what is shared; the sealed run is "
        "not there for her, nor does anything tell her that it is missing."
    )
    print(_table(own, shared), flush=True)
    seen = walk.therapist.adherence(walk.client_id)
    mine = walk.device.adherence(walk.client_id)
    note(f"The client reads a list of {len(mine['did'])} things done, and no percent.")
    note(f"The therapist's ratio: {_figure(seen['adherence_strict'])}.")
    note("Stops, sealed runs and 'not today' are in no ratio and lower no number.")
    chart.parent.mkdir(parents=True, exist_ok=True)
    chart.write_text(walk.device.chart(walk.client_id, SERIES), encoding="utf-8")
    say(f"The chart of upset before and after is in {chart}.")
    report = chart.with_name("walkthrough-report.html")
    report.write_text(walk.therapist.report(walk.client_id), encoding="utf-8")
    say(f"The therapist's report, made of what is shared, is in {report}.")


def withdraw(walk: Walk) -> None:
    """One assignment ends by the client's word alone; its history is told."""
    path = walk.changing["id"]
    ended = walk.device.move(path, "withdraw", reason="It is enough for now.")
    say(f"The client withdraws from the experiment: it is {ended['state']}, at once.")
    say(
        "Its history, as the therapist may read it (the reason stays the client's own):"
    )
    for entry in walk.therapist.history(path):
        reason = f" — {entry['reason']}" if entry["reason"] else ""
        note(f"{entry['at'][:16]}  {entry['actor']:<10} {entry['verb']}{reason}")


# --- words --------------------------------------------------------------------


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _figure(figure: Json) -> str:
    """Say a number with its n, or why there is none."""
    if figure["value"] is None:
        return f"none yet ({figure['reason']}, n={figure['n']})"
    return f"{figure['value']:.2f} (n={figure['n']}, {figure['method']})"


def _listed(words: set[str]) -> str:
    return " and ".join(sorted(words))


def _table(own: list[Json], shared: list[Json]) -> str:
    """One line per series: how many readings each side has, the latest, the words."""
    theirs = {series["id"]: series["n"] for series in shared}
    lines = [f"    {'what':<24}{'measure':<32}{'client':>7}{'therapist':>11}  latest"]
    for series in own:
        latest = series["points"][-1] if series["points"] else {}
        value = latest.get("code") if latest.get("value") is None else latest["value"]
        lines.append(
            f"    {series['exercise_title']:<24.23}{series['title']:<32.31}"
            f"{series['n']:>7}{theirs.get(series['id'], 0):>11}  {value}"
        )
    return "\n".join(lines)


# --- the program --------------------------------------------------------------


def walk_through(known: Json, folder: Path, chart: Path) -> None:
    """Take every step against one server."""
    plug = Plug()
    office = Http(known["url"])
    phone = Http(known["url"], tries=2, transport=plug)
    with ExitStack() as closing:
        closing.callback(office.close)
        closing.callback(phone.close)
        walk = Walk(TherapistClient(office), DeviceClient(phone, folder), plug)
        come_in(walk, known)
        enrol(walk)
        offer(walk)
        answer(walk)
        go_offline(walk)
        sent = come_back(walk)
        retry(walk, sent)
        be_heard(walk)
        read_progress(walk, chart)
        withdraw(walk)
    print(
        "\nThat was all of it. Nothing was doubled and no no was held against anyone."
    )


def main() -> None:
    """Entry point."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--url", help="a running demo, as http://127.0.0.1:8000")
    asked.add_argument(
        "--sign-in", type=Path, default=Path("var/demo-sign-in.json"), metavar="FILE"
    )
    asked.add_argument("--chart", type=Path, default=Path("var/walkthrough.svg"))
    given = asked.parse_args()
    with TemporaryDirectory(prefix="attune-phone-") as folder, ExitStack() as server:
        if given.url:
            known = read_sign_in(given.sign_in)
            if not known:
                sys.exit(f"{given.sign_in} is not there; is this demo's `make run` up?")
            known["url"] = given.url.rstrip("/")
        else:
            print("Starting a demo server of its own (some seconds)…", flush=True)
            known = server.enter_context(demo_server())
        walk_through(known, Path(folder), given.chart)


if __name__ == "__main__":
    main()
