"""Words and counts in templates, as each language writes them."""

import pytest
from django.template import Context, Template
from django.utils.translation import override

COUNT = '{% both "{count} 条" "{count} records" one="{count} record" count=n %}'


def said(template: str, language: str, **values: object) -> str:
    """Return what a template says."""
    with override(language):
        return Template("{% load words %}" + template).render(Context(values))


class TestBoth:
    @pytest.mark.parametrize(
        ("language", "count", "text"),
        [
            ("zh-hans", 1, "1 条"), ("zh-hans", 80_707, "80\u202f707 条"),
            ("en", 0, "0 records"), ("en", 1, "1 record"), ("en", 5_000, "5000 records"), ("en", 80_707, "80,707 records"),
        ],
    )  # fmt: skip
    def test_counts(self, language: str, count: int, text: str) -> None:
        assert said(COUNT, language, n=count) == text

    def test_leaves_other_numbers_as_they_are(self) -> None:
        assert said('{% both "第 {key} 号" "No. {key}" key=n %}', "en", n=123_456) == "No. 123456"


class TestGrouped:
    def test_groups_whole_numbers_and_nothing_else(self) -> None:
        assert said("{{ n|grouped }}", "en", n=32_604) == "32,604"
        assert said("{{ n|grouped }}", "zh-hans", n=32_604) == "32\u202f604"
        assert said("{{ n|grouped }}", "en", n="32604") == "32604"
