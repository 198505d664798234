"""The example study against the published table: which steps are told in which cases, and the inventory of cases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[2]

# As published: each step, by its key, with the cases in which the report tells it as an example.
TOLD = {
    "S1": "2 6 7 21",
    "S2": "2 18 21",
    "S3": "2",
    "S4": "3 9 13 22",
    "S5": "3 5 11 19 20 25",
    "S6": "2 3 8 21",
    "S7": "1 3 13 18",
    "S8": "2 3 13 20 22 23",
    "S9": "3 6 7 9 22",
}
CODE = {
    "S1": "eerdere-pogingen",
    "S2": "passende-dienstverlening",
    "S3": "eerste-contact",
    "S4": "concessies",
    "S5": "duidelijkheid",
    "S6": "motivatie",
    "S7": "vertrouwensband",
    "S8": "collegas",
    "S9": "intermediair",
}
# The inventory: outcome, perspectives interviewed and planned. 14 to 16 were planned and not interviewed.
DUURZAAM, NIET, GEEN = "duurzaam", "niet-duurzaam", "geen-match"
INVENTORY = {
    "1": (DUURZAAM, 2, 3), "2": (DUURZAAM, 3, 3), "3": (DUURZAAM, 3, 3), "4": (DUURZAAM, 1, 3), "5": (DUURZAAM, 3, 3),
    "6": (DUURZAAM, 3, 3), "7": (DUURZAAM, 3, 4), "8": (DUURZAAM, 3, 3), "9": (NIET, 3, 3), "10": (NIET, 2, 3),
    "11": (NIET, 3, 3), "12": (NIET, 1, 3), "13": (NIET, 3, 3), "14": (NIET, 0, 3), "15": (NIET, 0, 3),
    "16": (NIET, 0, 3), "17": (GEEN, 1, 3), "18": (GEEN, 2, 3), "19": (GEEN, 3, 3), "20": (GEEN, 2, 3),
    "21": (DUURZAAM, 3, 3), "22": (DUURZAAM, 3, 3), "23": (DUURZAAM, 2, 3), "24": (GEEN, 1, 3), "25": (DUURZAAM, 3, 3),
    "26": (GEEN, 1, 3),
}  # fmt: skip


@cache
def data(*args: str) -> list[dict[str, Any]]:
    """The records that a command gives for the example."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("QCODE_", "GIT_"))}
    done = subprocess.run(
        [sys.executable, "-m", "qcode", "-C", str(EXAMPLE), *args, "--format", "json"],
        env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(done.stdout)["data"]
    return found


def patterns() -> dict[str, dict[str, Any]]:
    return {record["code"]: record for record in data("report", "patterns")}


def test_the_table_has_37_illustrations_in_17_cases() -> None:
    """The twin: what is written down above is the whole of what was published."""
    pairs = [(step, case) for step, cases in TOLD.items() for case in cases.split()]
    assert len(pairs) == len(set(pairs)) == 37
    assert len({case for _, case in pairs}) == 17


@pytest.mark.parametrize("step", TOLD)
def test_the_cases_told_are_those_published(step: str) -> None:
    assert patterns()[CODE[step]]["illustrated"] == TOLD[step].split()


@pytest.mark.parametrize("step", TOLD)
def test_a_case_that_is_told_is_one_where_it_is_coded(step: str) -> None:
    assert set(TOLD[step].split()) <= set(patterns()[CODE[step]]["cases"])


def test_nothing_but_the_nine_steps_is_illustrated() -> None:
    others = {code: record["illustrated"] for code, record in patterns().items() if code not in CODE.values()}
    assert not any(others.values()), others


@pytest.mark.parametrize("step", TOLD)
def test_observations_give_the_same_table(step: str) -> None:
    listed = data("observe", "list", "--illustrates", step)
    assert sorted({record["case"] for record in listed}, key=int) == TOLD[step].split()
    assert all(record["evidence"] and record["perspectives"] for record in listed)


def test_the_studied_case_without_an_illustration_is_the_tenth() -> None:
    told = {case for cases in TOLD.values() for case in cases.split()}
    studied = {record["case"] for record in data("report", "cases") if record["studied"]}
    assert studied - told == {"10"}
    assert told <= studied


def test_the_inventory_is_as_published() -> None:
    cases = {
        record["case"]: (record["outcome"], record["interviews_held"], record["interviews_planned"])
        for record in data("report", "cases")
    }
    assert cases == INVENTORY


def test_18_of_26_cases_are_studied() -> None:
    cases = data("report", "cases")
    assert len(cases) == 26
    studied = [record for record in cases if record["studied"]]
    assert Counter(record["outcome"] for record in studied) == {"duurzaam": 11, "niet-duurzaam": 4, "geen-match": 3}
    assert {record["case"] for record in studied} == {case for case, (_, held, _) in INVENTORY.items() if held >= 2}


def test_a_case_without_a_match_may_tell_of_work() -> None:
    """Case 20 stands in the inventory as no match, and its client works on probation: both stay."""
    assert "methode" in {memo["type"] for memo in data("memo", "list", "--about", "20")}
    assert INVENTORY["20"][0] == "geen-match"
    assert {"20"} <= set(patterns()["collegas"]["illustrated"])
