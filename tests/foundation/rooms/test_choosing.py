"""What stands in a list of choices where nothing is chosen yet, in the reader's language."""

from __future__ import annotations

import pytest
from django import forms
from django.utils.translation import override

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms.forms import Keyed


class Chosen(Keyed):
    """A unit that is needed, one that is not, and one that says for itself what no choice means."""

    needed = forms.ModelChoiceField(queryset=Unit.objects.none())
    other = forms.ModelChoiceField(queryset=Unit.objects.none(), required=False)
    own = forms.ModelChoiceField(queryset=Unit.objects.none(), required=False, empty_label="全部")

    def __init__(self) -> None:
        super().__init__()
        self.fields["added"] = forms.ModelChoiceField(queryset=Unit.objects.none())


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh-hans", ["请选择", "（不选）", "全部"]), ("en", ["Choose", "(none)", "全部"])],
)
@pytest.mark.django_db
def test_a_list_says_to_choose(language: str, expected: list[str]) -> None:
    with override(language):
        form = Chosen()
        form.rows()
        names = ("needed", "other", "own", "added")
        assert [str(dict(form.fields[name].choices)[""]) for name in names] == [*expected, expected[0]]
