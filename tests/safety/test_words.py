"""What is written about safety is what the code does, and promises nothing more."""

import re
from dataclasses import astuple

import pytest

from api.safety import texts
from api.safety.alerts import ABOUT, Rule
from tools.sizes import ROOT

PAGE = (ROOT / "docs/safety.md").read_text()
OURS = [value for name, value in vars(texts).items() if name.isupper()]
FORBIDDEN = re.compile(
    r"no risk|low risk|safe now|all clear|overdue|non-complian|we will call|help is on"
    r"|monitor(s|ed|ing) you|heals|rewire",
    re.IGNORECASE,
)


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_stands_in_the_page_with_its_version(rule: Rule) -> None:
    assert re.search(rf"^\| {rule} \| {ABOUT[rule].version} \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("rule", list(Rule))
def test_no_text_of_a_rule_promises_or_judges(rule: Rule) -> None:
    words = " ".join(map(str, astuple(ABOUT[rule])))
    assert not FORBIDDEN.search(words)


@pytest.mark.parametrize("words", OURS)
def test_no_text_about_the_service_promises_rescue(words: str) -> None:
    assert not FORBIDDEN.search(words)


def test_what_a_client_reads_on_a_held_phone_names_no_danger() -> None:
    for rule in (Rule.SELF_HARM, Rule.UNSAFE):
        words = ABOUT[rule].client_text.lower()
        assert not re.search(r"unsafe|danger|suicid|self-harm|dead|abuse", words)
