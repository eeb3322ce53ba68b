"""Refusals: an operation says no with a stable code and a sentence that names the remedy."""

from __future__ import annotations

from typing import Any, ClassVar

from bangfu.foundation.rooms.words import Words, both


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """An operation's answer when it will not act; nothing was written.

    Subclasses list their codes in ``sentences``; a code is stable, its sentence may change.
    """

    sentences: ClassVar[dict[str, Words]] = {}

    def __init__(self, code: str, /, **details: Any) -> None:
        if code not in self.sentences:
            raise ValueError(f"{type(self).__name__} has no sentence for {code!r}")
        super().__init__(code)
        self.code = code
        self.details = details

    @property
    def sentence(self) -> Words:
        """The sentence in both languages, with its details filled in."""
        return self.sentences[self.code].filled(**self.details)

    def __str__(self) -> str:
        return str(self.sentence)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restored, (type(self), self.code, self.details))


def _restored(kind: type[Refusal], code: str, details: dict[str, Any]) -> Refusal:
    return kind(code, **details)


class NotPermitted(Refusal):
    """Codes: ``out_of_scope``, ``key_reused``, ``account_closed``."""

    sentences = {
        "out_of_scope": both(
            "您没有在此范围内做这件事的权限（{permission}）。请联系上级单位授权。",
            "You may not do this within this scope ({permission}). Ask your parent unit to grant it.",
        ),
        "key_reused": both(
            "这个请求号已用于内容不同的请求。请用新的请求号重新提交。",
            "This request key was used for a different request. Submit again with a new key.",
        ),
        "account_closed": both("此账号已停用。", "This account is closed."),
    }
