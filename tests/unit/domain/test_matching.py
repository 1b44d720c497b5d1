from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.customer import Tier
from agent_desk.domain.identifiers import CustomerId, parse_caller_id
from agent_desk.domain.matching import (
    MAX_CANDIDATES,
    RECENT,
    CallerHit,
    HitKind,
    MatchLevel,
    MatchReason,
    MatchReasonCode,
    match_caller,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CALLER = parse_caller_id("13800138000", region="CN")


def hit(
    customer: str,
    *,
    kind: HitKind = HitKind.EXACT,
    is_primary: bool = False,
    open_ticket: int = 0,
    open_order: int = 0,
    we_called_at: datetime | None = None,
    called_at: datetime | None = None,
) -> CallerHit:
    return CallerHit(
        customer_id=CustomerId(customer),
        name=f"Name {customer}",
        kind=kind,
        is_primary=is_primary,
        open_ticket=open_ticket,
        open_order=open_order,
        we_called_at=we_called_at,
        called_at=called_at,
    )


def test_a_withheld_number_is_anonymous_even_when_storage_found_somebody() -> None:
    result = match_caller(parse_caller_id(None, region="CN"), [hit("a")], NOW)
    assert (result.level, result.candidates, result.opens) == (MatchLevel.ANONYMOUS, (), None)


def test_a_number_nobody_has_is_unknown() -> None:
    result = match_caller(CALLER, [], NOW)
    assert (result.level, result.candidates, result.opens) == (MatchLevel.UNKNOWN, (), None)
    assert result.caller is CALLER


def test_one_exact_number_is_known_and_opens() -> None:
    result = match_caller(CALLER, [hit("a")], NOW)
    assert (result.level, result.opens) == (MatchLevel.KNOWN, "a")
    assert result.candidates[0].level is MatchLevel.KNOWN
    assert result.candidates[0].reasons == (
        MatchReason(MatchReasonCode.EXACT_NUMBER, "+86 138 0013 8000"),
    )


def test_a_shared_number_is_maybe_for_all_and_opens_nobody() -> None:
    result = match_caller(CALLER, [hit("a"), hit("b", is_primary=True), hit("c")], NOW)
    assert (result.level, result.opens) == (MatchLevel.MAYBE, None)
    assert {c.level for c in result.candidates} == {MatchLevel.MAYBE}
    for candidate in result.candidates:
        assert MatchReason(MatchReasonCode.SHARED_NUMBER, "3") in candidate.reasons


def test_two_who_share_a_number_say_so() -> None:
    result = match_caller(CALLER, [hit("a"), hit("b")], NOW)
    for candidate in result.candidates:
        assert [reason.code for reason in candidate.reasons] == [
            MatchReasonCode.EXACT_NUMBER,
            MatchReasonCode.SHARED_NUMBER,
        ]


def test_the_exact_number_opens_beside_weaker_ones() -> None:
    likely = hit(
        "b",
        kind=HitKind.SUFFIX,
        is_primary=True,
        open_order=118,
        open_ticket=7,
        we_called_at=NOW,
        called_at=NOW,
    )
    result = match_caller(CALLER, [likely, hit("c", kind=HitKind.NOTE), hit("a")], NOW)
    assert (result.level, result.opens) == (MatchLevel.KNOWN, "a")
    assert [c.customer_id for c in result.candidates] == ["a", "b", "c"]
    assert [c.level for c in result.candidates[1:]] == [MatchLevel.MAYBE] * 2


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (HitKind.SUFFIX, MatchReasonCode.LAST_DIGITS),
        (HitKind.NOTE, MatchReasonCode.NUMBER_IN_NOTE),
    ],
)
def test_a_single_weak_hit_is_offered_and_never_opens(kind: HitKind, code: MatchReasonCode) -> None:
    result = match_caller(CALLER, [hit("a", kind=kind, open_ticket=5)], NOW)
    assert (result.level, result.opens) == (MatchLevel.MAYBE, None)
    assert [r.code for r in result.candidates[0].reasons] == [code, MatchReasonCode.OPEN_TICKET]


def test_a_customer_found_twice_is_one_candidate_with_the_stronger_hit() -> None:
    result = match_caller(CALLER, [hit("a", kind=HitKind.NOTE), hit("a")], NOW)
    assert [c.customer_id for c in result.candidates] == ["a"]
    assert result.opens == "a"


def test_every_reason_is_said_strongest_first() -> None:
    yesterday = NOW - timedelta(days=1)
    found = hit(
        "a",
        is_primary=True,
        open_order=118,
        open_ticket=7,
        we_called_at=yesterday,
        called_at=NOW,
    )
    assert match_caller(CALLER, [found], NOW).candidates[0].reasons == (
        MatchReason(MatchReasonCode.EXACT_NUMBER, CALLER.display),
        MatchReason(MatchReasonCode.OPEN_ORDER, "118"),
        MatchReason(MatchReasonCode.OPEN_TICKET, "7"),
        MatchReason(MatchReasonCode.WE_CALLED, yesterday.isoformat()),
        MatchReason(MatchReasonCode.CALLED_RECENTLY, NOW.isoformat()),
        MatchReason(MatchReasonCode.PRIMARY_NUMBER),
    )


def test_within_a_household_the_better_reason_stands_first() -> None:
    recently = NOW - timedelta(days=2)
    hits = [
        hit("nothing"),
        hit("primary", is_primary=True),
        hit("called", called_at=recently),
        hit("we called", we_called_at=recently),
        hit("ticket", open_ticket=7),
        hit("order", open_order=118),
    ]
    ranked = [c.customer_id for c in match_caller(CALLER, hits, NOW).candidates]
    assert ranked == ["order", "ticket", "we called", "called", "primary", "nothing"]


@pytest.mark.parametrize(
    ("age", "counts"),
    [(RECENT, True), (RECENT + timedelta(microseconds=1), False)],
)
def test_a_former_call_is_a_reason_for_seven_days(age: timedelta, counts: bool) -> None:
    found = hit("a", called_at=NOW - age, we_called_at=NOW - age)
    codes = {r.code for r in match_caller(CALLER, [found], NOW).candidates[0].reasons}
    assert (MatchReasonCode.CALLED_RECENTLY in codes) is counts
    assert (MatchReasonCode.WE_CALLED in codes) is counts


def test_a_switchboard_offers_only_so_many() -> None:
    hits = [hit(f"{index:03}") for index in range(3 * MAX_CANDIDATES)]
    result = match_caller(CALLER, hits, NOW)
    assert len(result.candidates) == MAX_CANDIDATES
    assert result.opens is None
    shared = MatchReason(MatchReasonCode.SHARED_NUMBER, str(len(hits)))
    assert all(shared in c.reasons for c in result.candidates)


def test_what_the_list_shows_comes_from_the_hit() -> None:
    found = replace(hit("a"), company_name="Hengda Ltd", city="Wuhan", tier=Tier.VIP)
    candidate = match_caller(CALLER, [found], NOW).candidates[0]
    assert (candidate.name, candidate.company_name) == ("Name a", "Hengda Ltd")
    assert (candidate.city, candidate.tier) == ("Wuhan", Tier.VIP)


MOMENTS = st.none() | st.integers(0, 14).map(lambda days: NOW - timedelta(days=days))
HITS = st.lists(
    st.builds(
        hit,
        st.sampled_from("abcdefgh"),
        kind=st.sampled_from(HitKind),
        is_primary=st.booleans(),
        open_ticket=st.integers(0, 2),
        open_order=st.integers(0, 2),
        we_called_at=MOMENTS,
        called_at=MOMENTS,
    ),
    max_size=12,
)


@given(HITS, st.randoms(use_true_random=False))
def test_the_order_in_which_storage_answers_changes_nothing(
    hits: list[CallerHit], random: Random
) -> None:
    shuffled = list(hits)
    random.shuffle(shuffled)
    assert match_caller(CALLER, shuffled, NOW) == match_caller(CALLER, hits, NOW)


@given(HITS)
def test_only_customers_that_storage_found_are_offered_each_once(hits: list[CallerHit]) -> None:
    result = match_caller(CALLER, hits, NOW)
    offered = [c.customer_id for c in result.candidates]
    assert sorted(offered) == sorted({h.customer_id for h in hits})
    assert result.opens is None or result.opens in offered


@given(HITS)
def test_a_record_opens_exactly_when_one_customer_has_the_exact_number(
    hits: list[CallerHit],
) -> None:
    exact = {h.customer_id for h in hits if h.kind is HitKind.EXACT}
    result = match_caller(CALLER, hits, NOW)
    assert result.opens == (next(iter(exact)) if len(exact) == 1 else None)
    assert (result.level is MatchLevel.KNOWN) == (len(exact) == 1)
    assert (result.level is MatchLevel.UNKNOWN) == (not hits)


@given(HITS)
def test_candidates_are_ranked_by_score(hits: list[CallerHit]) -> None:
    scores = [c.score for c in match_caller(CALLER, hits, NOW).candidates]
    assert scores == sorted(scores, reverse=True)
