"""A reference client for Attune: the therapist's side, and a client's device.

SPDX-License-Identifier: Apache-2.0

Read it beside `/docs`. It shows what an app has to get right: ids made on the device,
a queue on the disk, verdicts taken at their word, retries that can't double anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from examples.attune_http import Http, Json
from examples.attune_store import DeviceKey, Notes, Queue, new_id

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AT_ONCE = 50
"""Operations in one batch; the service takes up to 200."""


class Reader:
    """What both sides read; each sees their own view of it."""

    def __init__(self, http: Http) -> None:
        self.http = http

    def exercise(self, slug: str) -> Json:
        """Read what an exercise is; `latest` is its newest version."""
        return self._object(f"/v1/exercises/{slug}")

    def exercise_document(self, slug: str, version: int) -> Json:
        """Read one frozen version whole: all that an app needs to show it."""
        path = f"/v1/exercises/{slug}/versions/{version}"
        return dict(self._object(path)["document"])

    def assignment(self, assignment_id: str) -> Json:
        """Read where an assignment stands, and the terms it shows."""
        return self._object(f"/v1/assignments/{assignment_id}")

    def assignments(self, **query: Any) -> list[Json]:
        """List assignments, every page of them."""
        return list(self.http.pages("/v1/assignments", **query))

    def history(self, assignment_id: str) -> list[Json]:
        """Read every move that was made, as far as this side may see it."""
        return list(self._object(f"/v1/assignments/{assignment_id}/history")["items"])

    def occurrences(
        self, assignment_id: str, first: datetime, last: datetime
    ) -> list[Json]:
        """List what is planned between two moments."""
        path = f"/v1/assignments/{assignment_id}/occurrences"
        found = self.http.get(path, **{"from": moment(first), "to": moment(last)})
        return list(found["items"])

    def completions(self, **query: Any) -> list[Json]:
        """List what was done, newest first, as far as it is shared with this side."""
        return list(self.http.pages("/v1/completions", **query))

    def progress(self, client_id: str, **query: Any) -> Json:
        """Read the series: points first, then figures, trend and words."""
        return dict(self.http.get(f"/v1/clients/{client_id}/progress", **query))

    def adherence(self, client_id: str) -> Json:
        """Read what was done out of what was planned; choices are in neither number."""
        return self._object(f"/v1/clients/{client_id}/adherence")

    def chart(self, client_id: str, series: str) -> str:
        """Read one series as an SVG picture."""
        return self.http.get_text(f"/v1/clients/{client_id}/charts/{series}.svg")

    def _object(self, path: str) -> Json:
        return dict(self.http.get(path))


class TherapistClient(Reader):
    """What a therapist's program does: sign in, offer, agree, read."""

    def __init__(self, http: Http) -> None:
        super().__init__(http)
        self._refresh_token = ""

    def sign_in(self, practice: str, login: str, password: str, totp: str) -> None:
        """Come in with password and authenticator code; a code works once."""
        body = {"practice": practice, "login": login, "password": password}
        self._hold(self.http.post("/v1/auth/sign-in", body | {"totp": totp}))
        self.http.renew = self._renew

    def add_client(self, nickname: str, zone: str) -> Json:
        """Take someone into care: a nickname is enough."""
        body = {"nickname": nickname, "zone": zone}
        return dict(self.http.post("/v1/clients", body))

    def enrolment_code(self, client_id: str) -> str:
        """Make the one-time code to show in the session."""
        path = f"/v1/clients/{client_id}/enrolment-codes"
        return str(self.http.post(path)["code"])

    def offer(self, client_id: str, terms: Json) -> Json:
        """Offer an exercise; the id is made here, so a lost answer costs nothing."""
        body = {"id": new_id(), "client_id": client_id, "terms": terms}
        return dict(self.http.post("/v1/assignments", body, repeatable=True))

    def set_phase(self, client_id: str, phase: str) -> Json:
        """Say how far the work has come; offers of later phases are held back."""
        path = f"/v1/clients/{client_id}/precautions"
        known, etag = self.http.get_with_etag(path)
        codes = [one["code"] for one in known["precautions"]]
        body = {"precautions": codes, "phase": phase}
        return dict(self.http.put(path, body, if_match=etag))

    def alerts(self, client_id: str) -> list[Json]:
        """List the alerts of a client that nobody has acknowledged yet."""
        query = {"client_id": client_id, "standing": "open"}
        return list(self.http.pages("/v1/alerts", **query))

    def acknowledge(self, alert_id: str, outcome: str) -> Json:
        """Say that an alert was seen, and what came of it."""
        path = f"/v1/alerts/{alert_id}/acknowledge"
        return dict(self.http.post(path, {"outcome": outcome}, repeatable=True))

    def report(self, client_id: str) -> str:
        """Read the report of a client as a page to print."""
        return self.http.get_text(f"/v1/clients/{client_id}/report.html")

    def agree(self, assignment_id: str) -> Json:
        """Agree to the client's counter-proposal: to the one just read, no other."""
        path = f"/v1/assignments/{assignment_id}"
        standing, etag = self.http.get_with_etag(path)
        body = {"revision": standing["counter_revision"]}
        return dict(self.http.post(f"{path}/agree", body, if_match=etag))

    def _renew(self) -> None:
        """Trade the refresh token; if the answer gets lost, the same one is good."""
        body = {"refresh_token": self._refresh_token}
        self._hold(self.http.post("/v1/auth/refresh", body, repeatable=True))

    def _hold(self, tokens: Json) -> None:
        self.http.token = tokens["access_token"]
        self._refresh_token = tokens["refresh_token"]


@dataclass
class Synced:
    """What a sync brought: a verdict per operation, and everything that changed."""

    verdicts: list[Json] = field(default_factory=list)
    changes: list[Json] = field(default_factory=list)


class DeviceClient(Reader):
    """A client's device: signs with its own key, works offline, sends later."""

    def __init__(self, http: Http, folder: Path) -> None:
        super().__init__(http)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._key = DeviceKey(folder / "key")
        self.notes = Notes(folder / "notes.json")
        self.queue = Queue(folder / "queue.jsonl")
        http.renew = self._sign_token_request

    @property
    def client_id(self) -> str:
        """Whose device this is; None before enrolment is an error here."""
        return str(self.notes["client_id"])

    def enrol(self, code: str, device_name: str) -> None:
        """Bind this device's key to the client the code was shown to; once."""
        found = self.http.post(
            "/v1/enrolments",
            {
                "code": code,
                "device_name": device_name,
                "public_key": self._key.public_jwk,
            },
        )
        self.notes.update(**found)
        self._sign_token_request()

    def _sign_token_request(self) -> None:
        """Get a short-lived token: every request for one is signed anew."""
        assertion = self._key.assertion(self.notes["issuer"], self.notes["token_url"])
        fields = {"grant_type": JWT_BEARER, "assertion": assertion}
        self.http.token = self.http.post_form("/oauth/token", fields)["access_token"]

    # --- moves, made at once ---------------------------------------------------

    def move(self, assignment_id: str, verb: str, **said: Any) -> Json:
        """Accept, decline, counter, pause, withdraw…: a move with an id of its own."""
        path = f"/v1/assignments/{assignment_id}/{verb.replace('_', '-')}"
        return dict(self.http.post(path, {"id": new_id()} | said, repeatable=True))

    def put_completion(self, completion_id: str, body: Json) -> Json:
        """Send one run at once; the same again gives the same receipt."""
        return dict(self.http.put(f"/v1/completions/{completion_id}", body))

    # --- offline: written down now, sent later ---------------------------------

    def keep_move(self, assignment: Json, verb: str, **said: Any) -> str:
        """Write a move down; `seen` tells the service what this device knew."""
        known = {"assignment_id": assignment["id"], "seen": assignment["version"]}
        return self._keep("move", verb=verb, **known, **said)

    def keep_answer(self, assignment_id: str, occurrence: Json, answer: str) -> str:
        """Write down what is said about one planned occurrence."""
        return self._keep(
            "occurrence",
            assignment_id=assignment_id,
            occurrence=occurrence["key"],
            answer=answer,
            seen=occurrence["answers"],
        )

    def keep_completion(self, body: Json) -> str:
        """Write a run down and return the id it has from now on."""
        completion_id = new_id()
        self._keep("completion", completion_id=completion_id, completion=body)
        return completion_id

    def _keep(self, kind: str, **fields: Any) -> str:
        at = moment(datetime.now(UTC))
        operation = {"kind": kind, "id": new_id(), "at": at} | fields
        self.queue.add(operation)
        return str(operation["id"])

    # --- back online -----------------------------------------------------------

    def sync(self) -> Synced:
        """Send what waits, learn what changed; raise Offline and lose nothing.

        An operation leaves the queue once the service has said what became of it,
        whatever that is: asking again would bring the same verdict. The cursor is
        written down after the changes are.
        """
        found = Synced()
        while True:
            answer = self.send(self.queue.first(AT_ONCE))
            self.queue.settle(verdict["id"] for verdict in answer["verdicts"])
            found.verdicts += answer["verdicts"]
            found.changes.append(answer["changes"])
            self._learn(answer["changes"])
            self.notes.update(cursor=answer["cursor"])
            if not answer["more"] and not len(self.queue):
                return found

    def send(self, operations: Sequence[Json]) -> Json:
        """Send operations as they are. Sending the same again changes nothing."""
        body = {
            "cursor": self.notes["cursor"],
            "have": sorted(self.notes["exercises"] or {}),
            "operations": list(operations),
        }
        return dict(self.http.post("/v1/sync", body, repeatable=True))

    def _learn(self, changes: Json) -> None:
        """Take over what changed: each thing comes as it is now, so the last holds."""
        for kind in ("assignments", "completions", "exercises", "people"):
            known = dict(self.notes[kind] or {})
            known |= {one["id"]: one for one in changes[kind]}
            self.notes.update(**{kind: known})


def moment(at: datetime) -> str:
    """Write a moment as the service takes it: RFC 3339, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def run_body(
    assignment: Json,
    answers: Json,
    *,
    started_at: datetime,
    ended_at: datetime,
    zone: str,
    **more: Any,
) -> Json:
    """Write down one run of what was agreed; `more` may say occurrence or sharing."""
    return {
        "assignment_id": assignment["id"],
        "revision": assignment["agreed_revision"],
        "state": "completed",
        "started_at": moment(started_at),
        "ended_at": moment(ended_at),
        "zone": zone,
        "answers": answers,
    } | more
