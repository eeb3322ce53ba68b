"""What the room signs: a square is good for half a minute, a code belongs to one attendee, nobody makes one up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bangfu.livelihoods.training import signing
from bangfu.livelihoods.training.signing import Standing

AT = datetime(2019, 9, 10, 9, 0, 10, tzinfo=UTC)


def after(seconds: int) -> datetime:
    return AT + timedelta(seconds=seconds)


class TestSquare:
    def test_is_good_while_it_stands_and_for_one_turn_more(self) -> None:
        token = signing.square_token(7, AT)
        for seconds, standing in ((0, Standing.GENUINE), (49, Standing.GENUINE), (50, Standing.LATE)):
            assert signing.read_square(token, after(seconds)) == (7, standing)

    def test_changes_every_thirty_seconds(self) -> None:
        assert signing.square_token(7, AT) == signing.square_token(7, after(19))
        assert signing.square_token(7, AT) != signing.square_token(7, after(20))

    def test_of_tomorrow_is_refused(self) -> None:
        assert signing.read_square(signing.square_token(7, after(86_400)), AT) == (7, Standing.LATE)

    @pytest.mark.parametrize(
        "token", ["", "x", "7.1", "7.1.AAAA", "7..", "-7.1.A", "7.52260201.AAAAAAAAAAAAAAAA"]
    )
    def test_made_up_names_no_desk(self, token: str) -> None:
        assert signing.read_square(token, AT) == (0, Standing.MADE_UP)

    def test_of_another_desk_cannot_be_rewritten(self) -> None:
        token = signing.square_token(7, AT).replace("7.", "8.", 1)
        assert signing.read_square(token, AT) == (0, Standing.MADE_UP)


class TestTicket:
    def test_is_good_for_four_minutes_at_its_desk(self) -> None:
        ticket = signing.ticket(7, AT)
        assert signing.read_ticket(ticket, 7, after(240)) == Standing.GENUINE
        assert signing.read_ticket(ticket, 7, after(241)) == Standing.LATE
        assert signing.read_ticket(ticket, 8, AT) == Standing.MADE_UP
        assert signing.read_ticket(signing.square_token(7, AT), 7, AT) == Standing.MADE_UP


class TestAttendeeCode:
    def test_is_six_characters_that_nobody_confuses(self) -> None:
        codes = {signing.attendee_code(1, key) for key in range(1, 501)}
        assert len(codes) == 500
        assert not set("".join(codes)) & set("ILOU")
        assert {len(code) for code in codes} == {7}

    def test_is_another_in_another_course(self) -> None:
        assert signing.attendee_code(1, 5) != signing.attendee_code(2, 5)

    def test_is_read_however_it_is_typed(self) -> None:
        code = signing.attendee_code(1, 5)
        assert signing.code_typed(f" {code.lower().replace('-', ' ')} ") == code


def test_a_link_to_the_feedback_form_names_its_desk() -> None:
    assert signing.read_desk(signing.desk_token(9)) == 9
    assert signing.read_desk(signing.desk_token(9).replace("9.", "8.", 1)) == 0
