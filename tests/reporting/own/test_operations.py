"""What may be done with own indicators, each operation by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from bangfu.foundation.ledger.models import ReferenceVersion
from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.reporting.indicators import code_with_number, indicators, versions_of
from bangfu.reporting.own import queries
from bangfu.reporting.own.checking import UnableToDeclare
from bangfu.reporting.own.models import (
    OwnIndicator,
    Standing,
    Step,
    Version,
    Withdrawal,
    WithdrawalDecision,
    Wording,
)
from bangfu.reporting.own.operations import (
    UnableToDecide,
    UnableToWithdraw,
    abandon_version,
    approve_version,
    approve_withdrawal,
    declare_indicator,
    propose_withdrawal,
    refuse_withdrawal,
    restore_version,
    return_version,
    revise_indicator,
    submit_version,
    word_version,
)
from bangfu.reporting.queries import require_declared
from bangfu.reporting.selection import UnableToOpen
from tests.reporting.own.conftest import TEXT, Office, text, value

KEPT = TEXT.strip().replace('"own.built"\n', '"own.built"\nnumber = 4096\nversion = 1\n') + "\n"
RATIO = {
    "kind": '"ratio"',
    "measure": "",
    "factor": "1",
    "numerator": '{ kind = "flow", measure = "network.base_stations" }',
}

PERCENT = '{ scale = "%", decimals = 1, rounding = "down" }'


def ratio(denominator: str, **changes: str) -> str:
    return text(**{**RATIO, "denominator": denominator, **changes})


def rows() -> list[int]:
    return [one.objects.count() for one in (OwnIndicator, Version, Wording, Step, Standing)]


def proposals() -> list[int]:
    return [one.objects.count() for one in (Withdrawal, WithdrawalDecision)]


class TestDeclareIndicator:
    def test_keeps_the_text_with_the_houses_number(self, office: Office) -> None:
        version = office.declared()
        assert (version.number, version.indicator.code, version.indicator.number) == (1, "own.built", 4096)
        assert queries.text_of(version.pk) == KEPT
        assert queries.state_of(version.pk) == ""
        assert AuditEntry.objects.filter(operation="own.declare_indicator").count() == 1
        assert office.declared(text("own.second")).indicator.number == 4097

    def test_a_draft_counts_nowhere_but_in_its_preview(self, office: Office) -> None:
        version = office.declared()
        assert "own.built" not in {one.code for one in indicators()}
        with pytest.raises(LookupError):
            versions_of("own.built")
        assert value(f"draft.v{version.pk}") == 7
        with pytest.raises(LookupError):
            versions_of(f"draft.v{version.pk}")
        with pytest.raises(UnableToOpen):
            require_declared(f"draft.v{version.pk}")

    @pytest.mark.parametrize(
        ("said", "field", "words"),
        [
            ('code = "own.a\nkind = 1', "", "line 1"),
            ("x" * 20_001, "", "20000"),
            (text(code="network.built"), "code", "begin with own."),
            (text(code="own.B"), "code", "small letters"),
            (text(number="7"), "number", "it is 4096 here"),
            (text(version="2"), "version", "it is 1 here"),
            (text(kind='"median"'), "kind", "must be one of"),
            (text(measure='"network.nothing"'), "measure", "no room declares the measure"),
            (text(measure="", measures='["network.base_stations", "grants.paid"]'), "measures", "of one kind and one unit"),
            (text(line='"XX"'), "line", "there is no line XX"),
            (text(area='"nowhere"'), "area", "there is no area nowhere"),
            (text(place='"99"'), "place", "there is no place"),
            (text(owner='"NOBODY"'), "owner", "there is no unit NOBODY"),
            (text(colour='"red"'), "colour", "is not a field"),
            (text(measure="", indicator='"own.built"'), "indicator", "refers to itself: own.built → own.built"),
            (text(measure="", indicator='"own.other"'), "indicator", "no indicator is called 'own.other'"),
            (ratio('{ kind = "flow", measure = "grants.paid" }', factor="0"), "factor", "1, 10, 100"),
            (ratio('{ kind = "flow", measure = "x.y" }'), "denominator.measure", "no room declares"),
            (
                ratio('{ kind = "flow", measure = "grants.paid" }', display=PERCENT, unit=""),
                "denominator", "different units of measure",
            ),
            (
                ratio('{ kind = "flow", measure = "grants.paid", area = "region-dian-gui-qian-karst", place = "13" }'),
                "denominator.place", "never be anything to divide by",
            ),
        ],
    )  # fmt: skip
    def test_refuses_what_is_wrong_where_it_is(
        self, office: Office, said: str, field: str, words: str
    ) -> None:
        before = rows()
        with pytest.raises(UnableToDeclare) as refused:
            office.declared(said)
        assert refused.value.field == field
        assert words in refused.value.sentence.en
        assert refused.value.sentence.zh != refused.value.sentence.en
        assert rows() == before

    def test_names_the_line_of_a_text(self, office: Office) -> None:
        with pytest.raises(UnableToDeclare) as refused:
            office.declared("# 考核\n" + text(measure='"network.nothing"'))
        assert (refused.value.code, refused.value.details["line"]) == ("wrong_line", 5)
        assert refused.value.sentence.en.startswith("Line 5, measure: no room declares")

    def test_refuses_a_code_that_is_taken(self, office: Office) -> None:
        office.declared()
        with pytest.raises(UnableToDeclare) as refused:
            office.declared()
        assert refused.value.code == "code_taken"

    def test_only_who_may(self, office: Office) -> None:
        cast = office.story.cast
        for who in (cast.verifier, cast.auditor, cast.clerk, cast.outsider):
            with pytest.raises(NotPermitted):
                office.declared(act=office.act(who))

    def test_the_same_key_declares_once(self, office: Office) -> None:
        first = office.declared(act=office.act(key="k"))
        assert office.declared(act=office.act(key="k")) == first
        assert OwnIndicator.objects.count() == 1


class TestWordVersion:
    def test_the_newest_wording_counts_and_the_others_stay(self, office: Office) -> None:
        version = office.declared()
        word_version(version=version, text=text(owner='"P53"'), act=office.act(key="w"))
        word_version(version=version, text=text(owner='"P53"'), act=office.act(key="w"))
        assert [one.text for one in Wording.objects.order_by("id")] == [
            KEPT,
            KEPT.replace("title =", 'owner = "P53"\ntitle ='),
        ]
        assert value(f"draft.v{version.pk}") == 2

    def test_refuses_another_code_what_is_wrong_and_what_was_submitted(self, office: Office) -> None:
        version = office.declared()
        with pytest.raises(UnableToDeclare) as refused:
            word_version(version=version, text=text("own.other"), act=office.act())
        assert (refused.value.field, rows()) == ("code", [1, 1, 1, 0, 0])
        submit_version(version=version, act=office.act())
        with pytest.raises(UnableToDeclare) as refused:
            word_version(version=version, text=TEXT, act=office.act())
        assert (refused.value.code, rows()) == ("not_a_draft", [1, 1, 1, 1, 0])

    def test_only_who_may(self, office: Office) -> None:
        with pytest.raises(NotPermitted):
            word_version(version=office.declared(), text=TEXT, act=office.approving)


class TestSubmitVersion:
    def test_waits_for_approval(self, office: Office) -> None:
        version = office.declared()
        step = submit_version(version=version, act=office.act(key="s"))
        assert submit_version(version=version, act=office.act(key="s")) == step
        assert (queries.state_of(version.pk), rows()) == ("SUBMITTED", [1, 1, 1, 1, 0])

    def test_refuses_twice_and_what_changes_nothing(self, office: Office) -> None:
        own = office.in_force()
        with pytest.raises(UnableToDecide) as refused:
            submit_version(version=own.versions.get(), act=office.act())
        assert refused.value.code == "submitted_already"
        same = revise_indicator(
            indicator=own, text=text(valid_from="2016-01-01"), reason="无", act=office.act()
        )
        with pytest.raises(UnableToDecide) as refused:
            submit_version(version=same, act=office.act())
        assert refused.value.code == "unchanged"

    def test_refuses_what_no_longer_declares_anything(self, office: Office) -> None:
        base = office.in_force(text("own.base"))
        version = office.declared(text(measure="", indicator='"own.base"', valid_from="2019-01-01"))
        office.withdrawn(base, date(2018, 1, 1))
        with pytest.raises(UnableToDeclare) as refused:
            submit_version(version=version, act=office.act())
        assert refused.value.field == "indicator"

    def test_only_who_may(self, office: Office) -> None:
        with pytest.raises(NotPermitted):
            submit_version(version=office.declared(), act=office.approving)


class TestApproveVersion:
    def test_puts_it_in_force_as_a_version_of_reference_data(self, office: Office) -> None:
        version = office.declared(text(also_called='{ zh = ["考核基站"], en = [] }'))
        submit_version(version=version, act=office.act())
        stood = approve_version(version=version, act=office.act(office.story.cast.verifier, key="a"))
        assert approve_version(version=version, act=office.act(office.story.cast.verifier, key="a")) == stood
        (one,) = versions_of("own.built")
        assert (one.number, one.version, one.also_called["zh"]) == (4096, 1, ("考核基站",))
        assert (code_with_number(4096), value("own.built"), value("own.built", "2018")) == ("own.built", 7, 3)
        assert "own.built" in {each.code for each in indicators()}
        (known,) = ReferenceVersion.objects.filter(kind=9, key="own.built v1")
        assert (known.content, known.is_removed, known.about) == (stood.content, False, None)
        with pytest.raises(UnableToOpen):
            value(f"draft.v{version.pk}")

    def test_refuses_a_draft_and_whoever_had_a_hand_in_it(self, office: Office) -> None:
        version = office.declared()
        with pytest.raises(UnableToDecide) as refused:
            approve_version(version=version, act=office.approving)
        assert refused.value.code == "not_submitted"
        submit_version(version=version, act=office.act())
        with system_writes("the officer may approve too"):
            from bangfu.foundation.organisation.models import RoleGrant
            from tests.cast import FOUNDED

            cast = office.story.cast
            RoleGrant.objects.create(
                account=cast.officer, role="verifier", unit=cast.group, starts_on=FOUNDED
            )
        with pytest.raises(UnableToDecide) as refused:
            approve_version(version=version, act=office.act())
        assert (refused.value.code, rows()) == ("same_person", [1, 1, 1, 1, 0])

    def test_a_loop_through_two_is_refused_when_the_second_closes_it(self, office: Office) -> None:
        base = office.in_force(text("own.base"))
        office.in_force(text("own.top", measure="", indicator='"own.base"'))
        looped = text("own.base", measure="", indicator='"own.top"', valid_from="2019-01-01")
        with pytest.raises(UnableToDeclare) as refused:
            revise_indicator(indicator=base, text=looped, reason="改", act=office.act())
        assert "refers to itself: own.base → own.top → own.base" in refused.value.sentence.en
        assert refused.value.field == "indicator"

    def test_a_loop_that_two_drafts_make_is_refused_at_approval(self, office: Office) -> None:
        owns = {code: office.in_force(text(code)) for code in ("own.a", "own.b")}
        drafts = [
            revise_indicator(
                indicator=owns[code],
                text=text(code, measure="", indicator=f'"{other}"', valid_from="2019-01-01"),
                reason="改",
                act=office.act(),
            )
            for code, other in (("own.a", "own.b"), ("own.b", "own.a"))
        ]
        for draft in drafts:
            submit_version(version=draft, act=office.act())
        approve_version(version=drafts[0], act=office.approving)
        with pytest.raises(UnableToDeclare) as refused:
            approve_version(version=drafts[1], act=office.approving)
        assert "own.b → own.a → own.b" in refused.value.sentence.en
        assert Standing.objects.count() == 3

    def test_only_who_may(self, office: Office) -> None:
        version = office.declared()
        submit_version(version=version, act=office.act())
        for who in (office.story.cast.auditor, office.story.cast.clerk):
            with pytest.raises(NotPermitted):
                approve_version(version=version, act=office.act(who))


class TestReturnVersion:
    def test_gives_it_back_to_be_worded_anew(self, office: Office) -> None:
        version = office.declared()
        submit_version(version=version, act=office.act())
        step = return_version(
            version=version, remark=" 口径 不清 ", act=office.act(office.story.cast.verifier, key="r")
        )
        assert (
            return_version(
                version=version, remark=" 口径 不清 ", act=office.act(office.story.cast.verifier, key="r")
            )
            == step
        )
        assert (step.remark, queries.state_of(version.pk)) == ("口径 不清", "RETURNED")
        word_version(version=version, text=text(owner='"P53"'), act=office.act())
        office.approved(version)
        assert value("own.built") == 2

    def test_refuses_without_a_remark_and_what_was_not_submitted(self, office: Office) -> None:
        version = office.declared()
        for remark, code in (
            (" ", "remark_missing"),
            ("长" * 501, "text_too_long"),
            ("不对", "not_submitted"),
        ):
            with pytest.raises(UnableToDecide) as refused:
                return_version(version=version, remark=remark, act=office.approving)
            assert refused.value.code == code
        assert Step.objects.count() == 0

    def test_only_who_may(self, office: Office) -> None:
        with pytest.raises(NotPermitted):
            return_version(version=office.declared(), remark="不对", act=office.act())


class TestReviseIndicator:
    def test_the_period_chooses_the_version(self, office: Office) -> None:
        own = office.in_force()
        office.revised(own, text(owner='"P53"', valid_from="2019-01-01"))
        assert [one.valid_from for one in versions_of("own.built")] == [date(2015, 1, 1), date(2019, 1, 1)]
        assert (value("own.built", "2018"), value("own.built", "2019")) == (3, 2)
        holds = [one.holds.en for one in queries.spoken_versions(own) if one.holds]
        assert holds == [
            "earlier periods, and periods that end after 2015-01-01 and by 2019-01-01",
            "periods that end after 2019-01-01",
        ]

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"reason": " "}, "reason_missing"),
            ({"reason": "长" * 501}, "text_too_long"),
            ({"text": text(valid_from="2015-01-01")}, "wrong_line"),
            ({"text": text("own.other", valid_from="2019-01-01")}, "wrong_line"),
        ],
    )
    def test_refuses(self, office: Office, changes: dict[str, Any], code: str) -> None:
        own = office.in_force()
        given = {"text": text(valid_from="2019-01-01"), "reason": "改", "act": office.act(), **changes}
        with pytest.raises(UnableToDeclare) as refused:
            revise_indicator(indicator=own, **given)
        assert (refused.value.code, rows()) == (code, [1, 1, 1, 2, 1])

    def test_refuses_while_a_version_is_open(self, office: Office) -> None:
        version = office.declared()
        with pytest.raises(UnableToDeclare) as refused:
            revise_indicator(indicator=version.indicator, text=TEXT, reason="改", act=office.act())
        assert refused.value.code == "open_version"

    def test_the_same_key_revises_once_and_only_who_may(self, office: Office) -> None:
        own = office.in_force()
        given: dict[str, Any] = {"indicator": own, "text": text(valid_from="2019-01-01"), "reason": "改"}
        first = revise_indicator(**given, act=office.act(key="r"))
        assert revise_indicator(**given, act=office.act(key="r")) == first
        with pytest.raises(NotPermitted):
            revise_indicator(**given, act=office.approving)


class TestAbandonVersion:
    def test_waits_for_nobody_and_says_who_abandoned_it(self, office: Office) -> None:
        version = office.declared()
        step = abandon_version(version=version, remark=" 已有  同样的指标 ", act=office.act())
        assert (step.kind, step.remark, step.taken_by) == (
            "ABANDONED", "已有 同样的指标", office.story.cast.officer,
        )  # fmt: skip
        last = queries.history(version.indicator)[-1]
        assert (last.words.zh, last.who) == ("放弃第 1 版草案：已有 同样的指标", office.story.cast.officer)
        for refused, code in (
            (lambda: submit_version(version=version, act=office.act()), "submitted_already"),
            (lambda: word_version(version=version, text=TEXT, act=office.act()), "not_a_draft"),
            (lambda: abandon_version(version=version, remark="又", act=office.act()), "no_draft"),
        ):
            with pytest.raises(Refusal) as found:
                refused()
            assert found.value.code == code
        assert rows() == [1, 1, 1, 1, 0]

    def test_of_a_revision_leaves_what_is_in_force(self, office: Office) -> None:
        own = office.in_force()
        draft = revise_indicator(
            indicator=own, text=text(valid_from="2019-01-01"), reason="改", act=office.act()
        )
        abandon_version(version=draft, remark="不改了", act=office.act())
        assert value("own.built") == 7
        with pytest.raises(UnableToDeclare) as refused:
            revise_indicator(indicator=own, text=text(valid_from="2019-01-01"), reason="改", act=office.act())
        assert refused.value.code == "abandoned_version"
        office.withdrawn(own, date(2019, 1, 1))
        assert value("own.built") is None

    def test_refuses_without_a_remark_and_what_is_no_draft(self, office: Office) -> None:
        version = office.declared()
        submit_version(version=version, act=office.act())
        before = rows()
        for remark, code in ((" ", "remark_missing"), ("长" * 501, "text_too_long"), ("不要了", "no_draft")):
            with pytest.raises(UnableToDecide) as refused:
                abandon_version(version=version, remark=remark, act=office.act())
            assert (refused.value.code, rows()) == (code, before)

    def test_the_same_key_abandons_once_and_only_who_may(self, office: Office) -> None:
        version = office.declared()
        with pytest.raises(NotPermitted):
            abandon_version(version=version, remark="不要了", act=office.approving)
        act = office.act(key="a")
        first = abandon_version(version=version, remark="不要了", act=act)
        assert abandon_version(version=version, remark="不要了", act=act) == first


class TestRestoreVersion:
    def test_makes_it_a_draft_again(self, office: Office) -> None:
        version = office.declared()
        abandon_version(version=version, remark="不要了", act=office.act())
        restore_version(version=version, act=office.act())
        word_version(version=version, text=text(valid_from="2018-01-01"), act=office.act())
        office.approved(version)
        assert value("own.built") == 7

    def test_refuses_what_is_not_abandoned(self, office: Office) -> None:
        version = office.declared()
        with pytest.raises(UnableToDecide) as refused:
            restore_version(version=version, act=office.act())
        assert (refused.value.code, Step.objects.count()) == ("not_abandoned", 0)

    def test_the_same_key_restores_once_and_only_who_may(self, office: Office) -> None:
        version = office.declared()
        abandon_version(version=version, remark="不要了", act=office.act())
        with pytest.raises(NotPermitted):
            restore_version(version=version, act=office.approving)
        act = office.act(key="r")
        assert restore_version(version=version, act=act) == restore_version(version=version, act=act)


class TestProposeWithdrawal:
    def test_changes_nothing_before_it_is_approved(self, office: Office) -> None:
        own = office.in_force()
        proposed = office.proposed(own, date(2019, 1, 1))
        assert (proposed.version.number, proposed.withdrawn_from, proposed.reason, proposed.proposed_by) == (
            1, date(2019, 1, 1), "不再考核", office.story.cast.officer,
        )  # fmt: skip
        assert (value("own.built"), rows(), proposals()) == (7, [1, 1, 1, 2, 1], [1, 0])
        assert queries.waiting_withdrawal(own.pk) == proposed

    def test_refuses(self, office: Office) -> None:
        draft = office.declared(text("own.draft")).indicator
        own = office.in_force()
        for given, code in (
            ({"indicator": draft}, "not_in_force"),
            ({"reason": " "}, "reason_missing"),
            ({"reason": "长" * 501}, "text_too_long"),
            ({"withdrawn_from": date(2015, 1, 1)}, "too_early"),
        ):
            said: dict[str, Any] = {
                "indicator": own, "withdrawn_from": date(2019, 1, 1), "reason": "不再考核", "act": office.act(), **given,
            }  # fmt: skip
            with pytest.raises(UnableToWithdraw) as refused:
                propose_withdrawal(**said)
            assert refused.value.code == code
        revise_indicator(indicator=own, text=text(valid_from="2019-01-01"), reason="改", act=office.act())
        with pytest.raises(UnableToWithdraw) as refused:
            office.proposed(own, date(2019, 1, 1))
        assert (refused.value.code, Withdrawal.objects.count()) == ("open_version", 0)

    def test_one_at_a_time(self, office: Office) -> None:
        own = office.in_force()
        waiting = office.proposed(own, date(2019, 1, 1))
        with pytest.raises(UnableToWithdraw) as refused:
            office.proposed(own, date(2020, 1, 1), office.story.cast.verifier)
        assert (refused.value.code, Withdrawal.objects.get()) == ("proposed_already", waiting)
        with (
            system_writes("a second one past the operations"),
            pytest.raises(DatabaseError),
            transaction.atomic(),
        ):
            Withdrawal.objects.create(
                    version=waiting.version, withdrawn_from=date(2020, 1, 1), reason="不",
                    proposed_by=office.story.cast.officer, proposed_at=office.act().at,
                )  # fmt: skip

    def test_the_same_key_proposes_once_and_only_who_may(self, office: Office) -> None:
        own = office.in_force()
        given: dict[str, Any] = {"indicator": own, "withdrawn_from": date(2019, 1, 1), "reason": "不"}
        with pytest.raises(NotPermitted):
            propose_withdrawal(**given, act=office.act(office.story.cast.auditor))
        act = office.act(key="p")
        assert propose_withdrawal(**given, act=act) == propose_withdrawal(**given, act=act)


class TestApproveWithdrawal:
    def test_periods_that_end_after_the_day_have_no_value(self, office: Office) -> None:
        own = office.in_force()
        stood = office.withdrawn(own, date(2019, 1, 1))
        assert (value("own.built", "2018"), value("own.built", "2019"), value("own.built", "2019-01")) == (
            3,
            None,
            None,
        )
        assert "own.built" not in {one.code for one in indicators()}
        assert (stood.content["withdrawn_from"], stood.reason) == ("2019-01-01", "不再考核")
        assert ReferenceVersion.objects.filter(kind=9, key="own.built v1").count() == 2
        assert [one.words.zh for one in queries.history(own)][-2:] == [
            "提议从 2019-01-01 起停用：不再考核", "批准停用，从 2019-01-01 起",
        ]  # fmt: skip

    def test_may_come_back_from_then_on(self, office: Office) -> None:
        own = office.in_force()
        office.withdrawn(own, date(2019, 1, 1))
        with pytest.raises(UnableToDeclare) as refused:
            revise_indicator(
                indicator=own, text=text(valid_from="2018-06-01"), reason="恢复", act=office.act()
            )
        assert refused.value.field == "valid_from"
        office.revised(own, text(valid_from="2019-02-01"))
        assert (value("own.built", "2019-01"), value("own.built", "2019")) == (None, 7)

    def test_refuses_whoever_proposed_it_and_what_was_decided(self, office: Office) -> None:
        own = office.in_force()
        verifier = office.story.cast.verifier
        proposed = office.proposed(own, date(2019, 1, 1), verifier)
        with pytest.raises(UnableToWithdraw) as refused:
            approve_withdrawal(withdrawal=proposed, act=office.approving)
        assert (refused.value.code, WithdrawalDecision.objects.count()) == ("same_person", 0)
        refuse_withdrawal(withdrawal=proposed, remark="撤回", act=office.approving)
        with pytest.raises(UnableToWithdraw) as refused:
            approve_withdrawal(withdrawal=proposed, act=office.approving)
        assert refused.value.code == "decided_already"
        office.withdrawn(own, date(2019, 1, 1))
        with pytest.raises(UnableToWithdraw) as refused:
            office.proposed(own, date(2020, 1, 1))
        assert refused.value.code == "withdrawn"

    def test_refuses_while_a_revision_is_open(self, office: Office) -> None:
        own = office.in_force()
        proposed = office.proposed(own, date(2019, 1, 1))
        revise_indicator(indicator=own, text=text(valid_from="2018-06-01"), reason="改", act=office.act())
        with pytest.raises(UnableToWithdraw) as refused:
            approve_withdrawal(withdrawal=proposed, act=office.approving)
        assert (refused.value.code, proposals(), Standing.objects.count()) == ("open_version", [1, 0], 1)

    def test_the_same_key_approves_once_and_only_who_may(self, office: Office) -> None:
        proposed = office.proposed(office.in_force(), date(2019, 1, 1))
        with pytest.raises(NotPermitted):
            approve_withdrawal(withdrawal=proposed, act=office.act())
        act = office.act(office.story.cast.verifier, key="w")
        assert approve_withdrawal(withdrawal=proposed, act=act) == approve_withdrawal(
            withdrawal=proposed, act=act
        )

    def test_the_database_holds_two_persons_and_an_approval(self, office: Office) -> None:
        own = office.in_force()
        proposed = office.proposed(own, date(2019, 1, 1))
        stood = Standing.objects.get()
        for create in (
            lambda: WithdrawalDecision.objects.create(
                withdrawal=proposed, is_approved=True, decided_by=office.story.cast.officer,
                decided_at=office.act().at,
            ),
            lambda: Standing.objects.create(
                version=stood.version, key=stood.key, withdrawn_from=date(2019, 1, 1), reason="不再考核",
                content={**stood.content, "withdrawn_from": "2019-01-01"},
                entered_by=office.story.cast.verifier, entered_at=office.act().at,
            ),
        ):  # fmt: skip
            with (
                system_writes("somebody writes past the operations"),
                pytest.raises(DatabaseError),
                transaction.atomic(),
            ):
                create()


class TestRefuseWithdrawal:
    def test_leaves_it_in_force_and_says_why(self, office: Office) -> None:
        own = office.in_force()
        proposed = office.proposed(own, date(2019, 1, 1))
        decision = refuse_withdrawal(withdrawal=proposed, remark=" 还要  用 ", act=office.approving)
        assert (decision.is_approved, decision.remark) == (False, "还要 用")
        assert (value("own.built"), queries.waiting_withdrawal(own.pk)) == (7, None)
        assert queries.history(own)[-1].words.zh == "不同意停用：还要 用"

    def test_whoever_proposed_it_takes_it_back(self, office: Office) -> None:
        own = office.in_force()
        refuse_withdrawal(
            withdrawal=office.proposed(own, date(2019, 1, 1)), remark="弄错了", act=office.act()
        )
        assert queries.history(own)[-1].words.zh == "撤回停用的提议：弄错了"
        office.proposed(own, date(2020, 1, 1))

    def test_refuses_without_a_reason_and_twice(self, office: Office) -> None:
        proposed = office.proposed(office.in_force(), date(2019, 1, 1))
        for remark, code in ((" ", "reason_missing"), ("长" * 501, "text_too_long")):
            with pytest.raises(UnableToWithdraw) as refused:
                refuse_withdrawal(withdrawal=proposed, remark=remark, act=office.approving)
            assert (refused.value.code, WithdrawalDecision.objects.count()) == (code, 0)
        act = office.act(office.story.cast.verifier, key="n")
        first = refuse_withdrawal(withdrawal=proposed, remark="不", act=act)
        assert refuse_withdrawal(withdrawal=proposed, remark="不", act=act) == first
        with pytest.raises(UnableToWithdraw) as refused:
            refuse_withdrawal(withdrawal=proposed, remark="不", act=office.approving)
        assert refused.value.code == "decided_already"

    def test_only_who_may(self, office: Office) -> None:
        proposed = office.proposed(office.in_force(), date(2019, 1, 1))
        with pytest.raises(NotPermitted):
            refuse_withdrawal(withdrawal=proposed, remark="不", act=office.act(office.story.cast.auditor))


class TestWhatTheDatabaseHolds:
    """Whatever is written past the operations."""

    def refused(self, office: Office, **row: Any) -> None:
        version = office.declared()
        with (
            system_writes("somebody writes past the operations"),
            pytest.raises(DatabaseError),
            transaction.atomic(),
        ):
            Standing.objects.create(
                **{
                    "version": version,
                    "key": "own.built v1",
                    "content": {"code": "own.built", "number": 4096, "version": 1},
                    "entered_by": office.story.cast.officer,
                    "entered_at": office.act().at,
                    **row,
                }
            )

    def test_nothing_stands_that_was_not_approved(self, office: Office) -> None:
        self.refused(office)

    def test_nothing_stands_under_the_name_of_what_ships(self, office: Office) -> None:
        self.refused(
            office,
            key="network.base_stations v1",
            content={"code": "network.base_stations", "number": 1, "version": 1},
        )

    def test_nothing_is_changed_or_deleted(self, office: Office) -> None:
        office.in_force()
        for one in (OwnIndicator, Version, Wording, Step, Standing):
            for change in (lambda rows: rows.delete(), lambda rows: rows.update(id=99)):
                with (
                    system_writes("somebody writes past the operations"),
                    pytest.raises((DatabaseError, Refusal)),
                    transaction.atomic(),
                ):
                    change(one.objects.all())


def test_declares_in_the_scope_of_the_unit_that_answers(office: Office) -> None:
    cast = office.story.cast
    with pytest.raises(NotPermitted):
        declare_indicator(unit=cast.guizhou, text=TEXT, act=office.act(cast.clerk))
    assert declare_indicator(unit=cast.guizhou, text=TEXT, act=office.act()).indicator.unit == cast.guizhou
