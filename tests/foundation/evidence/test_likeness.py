"""From how near on two pictures count as the same: one rule at a time, laid down by an officer of the whole house."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from bangfu.foundation.evidence.likeness.operations import UnableToSetLikeness, set_likeness
from bangfu.foundation.evidence.models import LikenessRule
from bangfu.foundation.evidence.queries import largest_distance
from bangfu.foundation.operations import NotPermitted
from tests.cast import Cast

NEXT_YEAR = date(2021, 1, 1)


def lay_down(cast: Cast, distance: int, on: date = NEXT_YEAR, source: str = "文件一号") -> LikenessRule:
    return set_likeness(largest_distance=distance, source=source, starts_on=on, act=cast.act(cast.officer))


@pytest.mark.django_db
class TestSetLikeness:
    def test_holds_from_its_day_on_and_the_one_before_until_then(self, cast: Cast) -> None:
        before = largest_distance(NEXT_YEAR - timedelta(days=1))
        lay_down(cast, before - 1)
        assert largest_distance(NEXT_YEAR - timedelta(days=1)) == before
        assert largest_distance(NEXT_YEAR) == before - 1

    @pytest.mark.parametrize(
        ("distance", "on", "source", "code"),
        [
            (4, NEXT_YEAR, "x", "too_far"), (-1, NEXT_YEAR, "x", "too_far"), (1, NEXT_YEAR, " ", "source_missing"),
            (1, date(1990, 1, 1), "x", "dates"), (None, NEXT_YEAR, "x", "unchanged"),
        ],
    )  # fmt: skip
    def test_refuses_with_nothing_written(
        self, cast: Cast, distance: int | None, on: date, source: str, code: str
    ) -> None:
        before = list(LikenessRule.objects.values_list("pk", "ends_on"))
        wanted = largest_distance(NEXT_YEAR) if distance is None else distance
        with pytest.raises(UnableToSetLikeness) as refused:
            lay_down(cast, wanted, on, source)
        assert refused.value.code == code
        assert list(LikenessRule.objects.values_list("pk", "ends_on")) == before

    def test_is_an_officers_of_the_whole_house(self, cast: Cast) -> None:
        for stranger in (cast.clerk, cast.verifier, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                set_likeness(largest_distance=0, source="x", starts_on=NEXT_YEAR, act=cast.act(stranger))

    def test_on_the_page(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.officer)
        page = client.get("/evidence/likeness").content.decode()
        assert "现行" in page
        said = {"key": "a", "largest_distance": "0", "starts_on": "2030-01-01", "source": "文件二号"}
        assert client.post("/evidence/likeness", said).status_code == 302
        assert "文件二号" in client.get("/evidence/likeness").content.decode()
        assert client.post("/evidence/likeness", said | {"key": "b"}).status_code == 409
        assert (
            client.post("/evidence/likeness", said | {"key": "c", "largest_distance": "9"}).status_code == 422
        )
        client.force_login(cast.verifier)
        assert "登记新规则" not in client.get("/evidence/likeness").content.decode()
        assert client.post("/evidence/likeness", said | {"key": "d"}).status_code == 403
        client.force_login(cast.outsider)
        assert client.get("/evidence/likeness").status_code == 403
