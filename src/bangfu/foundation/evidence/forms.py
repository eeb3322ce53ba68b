"""Forms about the people in a picture: they read what was typed; what may be recorded is decided by the operations."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from bangfu.foundation.evidence.models import GIVER_WORDS, USE_WORDS, Consent, Use
from bangfu.foundation.people.models import Person
from bangfu.foundation.people.queries import persons_with
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import DayInput, Keyed, said


class DeclarationForm(Keyed):
    """How many people can be recognised in a picture."""

    recognisable = forms.IntegerField(
        label=said("画面里能认出几个人", "How many people can be recognised"),
        help_text=said(
            "凭面容、姓名牌或衣着能认出的都算；背影和远处的小点不算。没有就填 0。",
            "By face, name tag or dress; backs and dots far away do not count. Enter 0 for nobody.",
        ),
        min_value=0,
    )


class ConsentForm(Keyed):
    """Who agreed to what, on which paper."""

    beside = (("giver", "given_on"),)
    giver = forms.ChoiceField(
        label=said("谁同意", "Who agreed"),
        choices=[(value, said(words.zh, words.en)) for value, words in GIVER_WORDS.items()],
    )
    given_on = forms.DateField(label=said("同意日期", "Given on"), widget=DayInput())
    number = forms.CharField(
        label=said("本人的身份证号码", "Identity number of the person"),
        help_text=said(
            "本人同意时填写，只用来找到已登记的人员，不另外保存。监护人同意不填。",
            "For the person's own consent: it only finds a person who is known and is not kept. Leave empty for a guardian's.",
        ),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    uses = forms.MultipleChoiceField(
        label=said("同意用于", "Agreed uses"),
        choices=[(value, said(words.zh, words.en)) for value, words in USE_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    paper = forms.FileField(
        label=said("签字的同意书", "The signed consent"),
        help_text=said(
            "扫描件或照片；只有上传者和集团有权人员能打开。",
            "A scan or photograph; only who uploads it and the group's own offices open it.",
        ),
    )

    sentences: ClassVar = {
        "needed": both("本人同意须填身份证号码。", "The person's own consent needs their identity number."),
        "not_needed": both(
            "监护人同意不填身份证号码，请清空。", "A guardian's consent takes no identity number; clear it."
        ),
        "unknown": both(
            "没有登记过这个号码的人员。请核对，或先在业务页面登记此人。",
            "Nobody is known by this number. Check it, or enter the person in their room first.",
        ),
    }

    def clean(self) -> dict[str, Any]:
        """Return what was typed, with the ``person`` it names and the ``paper`` as name and content."""
        given: dict[str, Any] = super().clean() or {}
        number, giver = given.pop("number", "").strip(), given.get("giver")
        given["person"] = None
        uses = given.pop("uses", [])
        given |= {use.value: use.value in uses for use in Use}
        if giver == Consent.Giver.GUARDIAN and number:
            self._wrong("not_needed")
        elif giver == Consent.Giver.PERSON:
            known = persons_with([number]) if number else {}
            if not number or number not in known:
                self._wrong("unknown" if number else "needed")
            else:
                given["person"] = Person.objects.get(pk=known[number])
        paper = given.get("paper")
        if paper is not None:
            given["paper"] = (paper.name, paper.read())
        return given

    def _wrong(self, code: str) -> None:
        self.add_error("number", forms.ValidationError(str(self.sentences[code]), code=code))


class WithdrawalForm(Keyed):
    """Since when a consent is withdrawn."""

    on = forms.DateField(label=said("撤回日期", "Withdrawn on"), widget=DayInput())
