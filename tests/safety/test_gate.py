"""What an offer meets: every code of the table, phases, minors, and reasons."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.library import library
from api.safety.brake import GROUNDING
from api.safety.gate import (
    Caution,
    Effect,
    Profile,
    Reason,
    Rule,
    Wish,
    held_back,
    judge,
    merged,
)
from api.safety.gate_rules import SAFETY_PLAN, STILL_THERE, cautions

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BEFORE = NOW - timedelta(days=3)
LIBRARY = {slug: one for slug, one in library().items() if one["kind"] != "marker"}
LAST = "graded_trust"
CODES = ["dissoc", "panic", "resp", "gaze", "live", "legal", "device", "acute", "grief"]
LIMITS = [
    "saying-no",
    "negotiating",
    "changing-my-mind",
    "boundary-plan",
    "boundary-in-action",
    "words-and-actions",
]


def profile(*codes: str, phase: str = LAST, **rest: Any) -> Profile:
    return Profile(precautions=dict.fromkeys(codes, BEFORE), phase=phase, **rest)


def wish(slug: str, setting: str | None = None, **rest: Any) -> Wish:
    document = LIBRARY[slug]
    there = setting or document["settings"][0]
    return Wish(document, (slug,), NOW, setting=there, **rest)


def met(found: list[Caution]) -> dict[str, Caution]:
    return {one.code: one for one in found}


def of(code: str, slug: str, setting: str | None = None, **rest: Any) -> Caution | None:
    return met(cautions(profile(code), wish(slug, setting, **rest))).get(code)


def own(**parts: Any) -> dict[str, Any]:
    """A document of the practice's own, with one breath step."""
    pace = {"in": 4, "hold": 0, "out": 6, "hold_after": 0} | parts
    step = {"id": "breath", "type": "breath", "prompt": "Breathe", "pace": pace}
    return {"phase": "any", "parts": [{"id": "main", "steps": [step]}]}


def test_without_precautions_nothing_of_the_table_is_said() -> None:
    for slug in LIBRARY:
        assert cautions(profile(), wish(slug)) == []


@pytest.mark.parametrize("slug", sorted(LIBRARY))
def test_acute_leaves_three_things_and_no_reason_changes_that(slug: str) -> None:
    found = of("acute", slug)
    if slug in STILL_THERE:
        assert found is None
        return
    assert found is not None
    assert (found.effect, found.may_override) == (Effect.BLOCK, False)
    assert found.instead == GROUNDING
    [judged] = judge([found], [Reason("acute", NOW)])
    assert judged.holds_back


@pytest.mark.parametrize(
    "slug", ["mirrored-breath", "paced-breath", "long-exhale-sigh"]
)
def test_panic_leaves_out_every_breath_that_is_paced(slug: str) -> None:
    found = of("panic", slug)
    assert found is not None
    assert (found.effect, found.instead) == (Effect.BLOCK, GROUNDING)


def test_resp_leaves_out_holds_whether_written_or_dosed() -> None:
    held = Wish(own(hold=4), ("own",), NOW)
    assert met(cautions(profile("resp"), held))["resp"].holds_back
    without = Wish(own(hold=4), ("own",), NOW, doses={"main.breath": {"hold": 0}})
    assert cautions(profile("resp"), without) == []
    dosed = Wish(own(), ("own",), NOW, doses={"main.breath": {"hold_after": 2.5}})
    assert met(cautions(profile("resp"), dosed))["resp"].holds_back


def test_resp_leaves_out_fast_breathing() -> None:
    fast = {"main.breath": {"breathe_in": 1, "breathe_out": 1.5}}
    found = cautions(profile("resp"), Wish(own(), ("own",), NOW, doses=fast))
    assert met(found)["resp"].holds_back
    assert cautions(profile("resp"), Wish(own(), ("own",), NOW)) == []


def test_gaze_leaves_out_eye_contact_also_in_session() -> None:
    found = of("gaze", "soft-gaze", "therapist")
    assert found is not None
    assert found.holds_back


@pytest.mark.parametrize(
    "slug", ["nurturing-figure", "safe-haven", "protector-figure", "parts-map"]
)
def test_dissoc_keeps_inner_work_for_the_appointment(slug: str) -> None:
    alone, together = of("dissoc", slug, "solo"), of("dissoc", slug, "therapist")
    assert alone is not None
    assert alone.holds_back
    assert together is None or not together.holds_back


@pytest.mark.parametrize("slug", LIMITS)
def test_live_waits_for_a_reason_and_the_safety_plan_is_always_said(slug: str) -> None:
    found = cautions(profile("live"), wish(slug))
    assert met(found)["live"].rule is Rule.R4
    assert met(found)["live"].may_override
    judged = judge(found, [Reason("live", NOW)])
    assert held_back(judged) == []
    assert met(judged)[SAFETY_PLAN].effect is Effect.WARN


def test_a_copy_of_a_limit_exercise_is_judged_like_it() -> None:
    document = {"phase": "any", "parts": [], "modality": "other"}
    copy = Wish(document, ("our-no", "saying-no"), NOW)
    assert held_back(cautions(profile("live"), copy))


def test_legal_warns_about_records_and_holds_nothing_back() -> None:
    found = of("legal", "interaction-record")
    assert found is not None
    assert found.effect is Effect.WARN


def test_grief_waits_unless_the_client_asks() -> None:
    waits = of("grief", "space-for-grief")
    assert waits is not None
    assert waits.holds_back
    asked = of("grief", "space-for-grief", by_client=True)
    assert asked is None or asked.effect is Effect.WARN


def test_device_wants_no_reminders_and_no_reason_changes_that() -> None:
    assert of("device", GROUNDING) is None
    found = of("device", GROUNDING, reminders=True)
    assert found is not None
    assert (found.effect, found.may_override) == (Effect.BLOCK, False)


def test_minors_get_what_was_reviewed_for_them() -> None:
    found = of("minor", GROUNDING)
    assert found is not None
    assert (found.rule, found.may_override) == (Rule.R7, False)
    reviewed = profile("minor", youth=frozenset({GROUNDING}))
    assert cautions(reviewed, wish(GROUNDING)) == []


def test_a_later_phase_waits_and_any_always_fits() -> None:
    early = profile(phase="steadying")
    for slug, document in LIBRARY.items():
        found = met(cautions(early, wish(slug))).get("phase")
        later = document["phase"] not in ("steadying", "any")
        assert (found is not None) == later
        assert found is None or (found.may_override and found.rule is Rule.PHASE)


def test_what_the_exercise_declares_holds_in_its_settings_and_warns_elsewhere() -> None:
    one = {"code": "legal", "effect": "block", "settings": ["solo"], "note": "Wait."}
    document = {"phase": "any", "parts": [], "precautions": [one]}
    alone = cautions(profile("legal"), Wish(document, ("own",), NOW))
    assert [(c.effect, c.message) for c in alone] == [(Effect.BLOCK, "Wait.")]
    there = Wish(document, ("own",), NOW, setting="therapist")
    assert [c.effect for c in cautions(profile("legal"), there)] == [Effect.WARN]


def test_a_reason_older_than_its_ground_sets_nothing_aside() -> None:
    found = cautions(profile("live"), wish("saying-no"))
    old = Reason("live", BEFORE - timedelta(seconds=1))
    assert held_back(judge(found, [old]))
    assert not held_back(judge(found, [old, Reason("live", BEFORE)]))


@given(st.sampled_from(sorted(LIBRARY)), st.sets(st.sampled_from(CODES)))
def test_more_precautions_never_let_more_through(slug: str, codes: set[str]) -> None:
    for fewer in [codes - {one} for one in codes]:
        before = {c.code for c in held_back(cautions(profile(*fewer), wish(slug)))}
        after = {c.code for c in held_back(cautions(profile(*codes), wish(slug)))}
        assert before <= after


@given(st.sampled_from(sorted(LIBRARY)), st.sets(st.sampled_from(CODES)))
def test_reasons_set_aside_only_what_may_be(slug: str, codes: set[str]) -> None:
    found = cautions(profile(*codes, phase="steadying"), wish(slug))
    assert len(found) == len({one.code for one in found})
    judged = judge(found, [Reason(one.code, NOW) for one in found])
    firm = [one for one in found if one.effect is Effect.BLOCK and not one.may_override]
    assert [one.code for one in held_back(judged)] == [one.code for one in firm]


def test_cautions_of_one_code_become_one_with_the_strongest_effect() -> None:
    warn = Caution("live", Effect.WARN, Rule.PRECAUTION, "Mind this.")
    firm = Caution("live", Effect.BLOCK, Rule.R4, "Not yet.", may_override=False)
    [one] = merged([warn, firm, warn])
    assert (one.effect, one.may_override) == (Effect.BLOCK, False)
    assert one.message == "Mind this. Not yet."
