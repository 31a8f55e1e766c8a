"""The one JSON reader: what it takes, what it refuses, and that it never echoes."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.foundation.strict_json import BadJson, NameTwice, read

DEPTH = 32


@pytest.mark.parametrize(
    "body",
    [
        b"NaN",
        b'{"a": Infinity}',
        b"[-Infinity]",
        b"1e999",
        b"[-1e999]",
        b"9223372036854775808",
        b"-9223372036854775809",
        b"1" * 5000,
        b'"\\ud800"',
        b'{"\\udfff": 1}',
        b'"a\\u0000b"',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b"[" * 33 + b"]" * 33,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 1_000 + b"1" + b"}" * 1_000,
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"{} {}",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"[1 2]",
        b'"a\nb"',
        b"",
        b" ",
        b"tru",
    ],
)
def test_what_rfc_8259_leaves_open_is_refused(body: bytes) -> None:
    with pytest.raises(BadJson):
        read(body, max_depth=DEPTH)


def test_nesting_up_to_the_limit_is_taken() -> None:
    body = b"[" * (DEPTH - 1) + b"1" + b"]" * (DEPTH - 1)
    assert read(body, max_depth=DEPTH)


def test_an_escaped_backslash_before_u0000_is_ordinary_text() -> None:
    assert read(b'"\\\\u0000"', max_depth=DEPTH) == "\\u0000"


def test_a_whole_surrogate_pair_is_one_character() -> None:
    assert read(b'"\\ud83d\\ude00"', max_depth=DEPTH) == "\U0001f600"


def test_the_refusal_never_repeats_the_input() -> None:
    with pytest.raises(BadJson) as refusal:
        read(b'{"secret-of-the-client": 1, "secret-of-the-client": 2}', max_depth=DEPTH)
    assert "secret" not in json.dumps(refusal.value.document())


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"a": 1, "a": 2}', "/a"),
        (b' {"a": {"b": 1, "b": 2}}', "/a/b"),
        (b'{"a": [0, {"b": [], "b": {}}], "b": 1}', "/a/1/b"),
        (b'{"a": {"secret": {"b": 1, "b": 2}}}', "/a"),
        (b'{"secret": 1, "secret": 2}', ""),
    ],
)
def test_a_name_given_twice_is_told_by_its_place_where_it_is_ours(
    body: bytes, place: str
) -> None:
    with pytest.raises(NameTwice) as refusal:
        read(body, max_depth=DEPTH, names=frozenset({"a", "b"}))
    problem = refusal.value.document()
    assert (problem["status"], problem["code"]) == (422, "name-twice")
    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [
        (place, "duplicate")
    ]
    assert "secret" not in json.dumps(problem)


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_plain_json_is_read_as_it_was_written(value: object, ascii_only: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert read(body, max_depth=DEPTH) == value


@given(st.binary(max_size=200))
def test_rubbish_is_read_or_refused_but_never_breaks(body: bytes) -> None:
    with suppress(BadJson):
        read(body, max_depth=DEPTH)
