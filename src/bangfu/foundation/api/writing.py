"""How programs write the arguments of operations: a type for the body, read off the annotation, and the way back from it."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import functools
import inspect
import operator
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Union
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Model
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
    create_model,
)

from bangfu.foundation.api.declaring import ByHand
from bangfu.foundation.api.problems import Failed, not_found
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.places.codes import id_from_code
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import Words, both

MOST_ITEMS = 1000
LONGEST_FILE = 30_000_000
"""Characters of base64."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Unwritable(Exception):  # noqa: N818 - named for what it says of an annotation
    """A type has no form in a body; the words say why."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def _only_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value


def _only_whole(value: Any) -> Any:
    """Take 2.0 for 2, as JSON Schema does, and nothing else that is no whole number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("must be a whole number")
    return value


def _only_day(value: Any) -> Any:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("must be a day written as 2020-07-31")
    return value


Text = Annotated[
    str, StringConstraints(strict=True, max_length=settings.API_LONGEST_TEXT, pattern=r"^[^\x00]*$")
]


def whole(lowest: int) -> Any:
    """Return the type of a whole number down to a lowest one, and up to the largest that a row can hold."""
    bounds = Field(ge=lowest, le=2**63 - 1)
    return Annotated[int, bounds, BeforeValidator(_only_whole, json_schema_input_type=Annotated[int, bounds])]


Whole: Any = whole(-(2**63))
Id: Any = whole(1)
Exact = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^-?[0-9]{1,16}(\.[0-9]{1,9})?$"),
    Field(description="An exact number, as a string."),
]
Day = Annotated[date, BeforeValidator(_only_day, json_schema_input_type=date)]
Moment = Annotated[AwareDatetime, BeforeValidator(_only_text, json_schema_input_type=datetime)]
Uuid = Annotated[UUID, BeforeValidator(_only_text, json_schema_input_type=UUID)]
Code = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=80, pattern=r"^[^\x00]+$")]


class Body(BaseModel):
    """What is sent; whatever is not described is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SentFile(Body):
    """A file."""

    name: Annotated[
        str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=r"^[^\x00/\\]+$")
    ]
    content: Annotated[
        str,
        StringConstraints(strict=True, max_length=LONGEST_FILE, pattern=r"^[A-Za-z0-9+/=]*$"),
        # A pattern beside a bound of millions is more than generators of requests can expand.
        WithJsonSchema(
            {
                "type": "string",
                "title": "Content",
                "description": "The bytes, in base64.",
                "format": "byte",
                "contentEncoding": "base64",
                "maxLength": LONGEST_FILE,
                "examples": ["5Y+w6LSmCg=="],
            }
        ),
    ]


@dataclass(frozen=True)
class Form:
    """How one argument is written, and what makes the argument of what was written."""

    written: Any
    read: Callable[[Any], Any]


def _as_it_is(value: Any) -> Any:
    return value


def _file(sent: Any) -> tuple[str, bytes]:
    try:
        content = base64.b64decode(sent.content, validate=True)
    except (binascii.Error, ValueError):
        raise Failed.of(409, "value_refused", what=f"base64 {sent.name}") from None
    if len(content) > settings.EVIDENCE_LARGEST_BYTES:
        raise Failed.of(413, "too_large")
    return sent.name, content


def _record(model: type[Model]) -> Callable[[Any], Model]:
    def read(key: Any) -> Model:
        found = model._default_manager.filter(pk=key).first()
        if found is None:
            raise not_found(both(model._meta.label_lower, model._meta.label_lower), key)
        return found

    return read


def _coded(model: type[Unit] | type[Line]) -> Callable[[Any], Any]:
    def read(code: Any) -> Any:
        found = model._default_manager.filter(code=code).first()
        if found is None:
            raise not_found(both(model._meta.label_lower, model._meta.label_lower), code)
        return found

    return read


def _place(code: Any) -> Place:
    number = id_from_code(code)
    found = Place.objects.filter(pk=number).first() if number is not None else None
    if found is None:
        raise not_found(both("地区", "place"), code)
    return found


_PLAIN: dict[Any, Form] = {
    str: Form(Text, _as_it_is),
    bool: Form(StrictBool, _as_it_is),
    int: Form(Whole, _as_it_is),
    Decimal: Form(Exact, Decimal),
    date: Form(Day, _as_it_is),
    datetime: Form(Moment, _as_it_is),
    UUID: Form(Uuid, _as_it_is),
    type(None): Form(None, _as_it_is),
    Unit: Form(Annotated[Code, Field(description="Code of a unit.")], _coded(Unit)),
    Line: Form(Annotated[Code, Field(description="Code of a professional line.")], _coded(Line)),
    Place: Form(
        Annotated[Code, Field(description="Code of a place, of six, nine or twelve digits.")], _place
    ),
}


class Forms:
    """The forms of annotated types, each made once."""

    def __init__(self, by_hand: Mapping[Any, ByHand]) -> None:
        self._by_hand = by_hand
        self._made: dict[Any, Form] = {}

    def of(self, annotation: Any) -> Form:
        """Return the form of an annotated type.

        Raises: Unwritable: it has none.
        """
        known = self._by_hand.get(annotation) if _is_hashable(annotation) else None
        if known is not None:
            return Form(known.written, known.read)
        if _is_hashable(annotation) and annotation in _PLAIN:
            return _PLAIN[annotation]
        origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in (Union, types.UnionType):
            return self._either(inner)
        if origin is Literal:
            return Form(annotation, _as_it_is)
        if origin in (list, Sequence) or (origin is tuple and inner[1:] == (Ellipsis,)):
            return self._many(inner[0], tuple if origin is tuple else list)
        if origin is tuple:
            return self._pair(inner)
        if origin in (dict, Mapping) and inner[0] is str:
            return self._named(inner[1])
        if isinstance(annotation, type):
            return self._of_class(annotation)
        raise _unwritable(annotation)

    def _of_class(self, kind: type) -> Form:
        if issubclass(kind, Enum):
            values = tuple(one.value for one in kind)
            return Form(Literal[values], kind)
        if issubclass(kind, Model) and not kind._meta.abstract:
            key = kind._meta.pk
            note = Field(description=f"Key of {kind._meta.label_lower}.")
            written: Any = (
                Uuid
                if isinstance(key, models.UUIDField)
                else Text
                if isinstance(key, models.CharField)
                else Id
            )
            return Form(Annotated[written, note], _record(kind))
        if dataclasses.is_dataclass(kind):
            return self._of_dataclass(kind)
        raise _unwritable(kind)

    def _of_dataclass(self, kind: type) -> Form:
        if kind in self._made:
            return self._made[kind]
        hints, described, readers = typing.get_type_hints(kind), {}, {}
        for one in dataclasses.fields(kind):
            form = self.of(hints[one.name])
            has_none = one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
            described[one.name] = (form.written, ... if has_none else None)
            readers[one.name] = form.read
        written = create_model(
            f"{_room_of(kind)}{kind.__name__}Sent",
            __base__=Body,
            __doc__=f"{kind.__name__}.",
            **_optional(described),
        )

        def read(sent: Any) -> Any:
            return kind(**{name: readers[name](getattr(sent, name)) for name in sent.model_fields_set})

        self._made[kind] = Form(written, read)
        return self._made[kind]

    def _either(self, kinds: tuple[Any, ...]) -> Form:
        """Return the form of a union; of several kinds, what was sent is known by its own type."""
        others = [one for one in kinds if one is not type(None)]
        forms = [self.of(one) for one in others]
        written: Any = functools.reduce(operator.or_, (form.written for form in forms))
        if len(others) < len(kinds):
            written = written | None
        if len(forms) > 1 and not all(isinstance(form.written, type) for form in forms):
            raise _unwritable(Union[kinds])  # noqa: UP007

        def read(sent: Any) -> Any:
            if sent is None:
                return None
            chosen = next(
                (form for form in forms if isinstance(form.written, type) and isinstance(sent, form.written)),
                forms[0],
            )
            return chosen.read(sent)

        return Form(written, read)

    def _many(self, kind: Any, made: Callable[[list[Any]], Any]) -> Form:
        form = self.of(kind)
        written = Annotated[list[form.written], Field(max_length=MOST_ITEMS)]  # type: ignore[name-defined]
        return Form(written, lambda sent: made([form.read(one) for one in sent]))

    def _pair(self, kinds: tuple[Any, ...]) -> Form:
        if kinds == (str, bytes):
            return Form(SentFile, _file)
        forms = [self.of(one) for one in kinds]
        named = {f"part_{at}": (form.written, ...) for at, form in enumerate(forms)}
        if kinds == (int, int):
            named = {"record_type": (Id, ...), "id": (Id, ...)}
        title = "RecordSent" if kinds == (int, int) else f"{''.join(map(_name_of, kinds))}Sent"
        written = create_model(title, __base__=Body, **named)  # type: ignore[call-overload]
        return Form(
            written,
            lambda sent: tuple(
                form.read(getattr(sent, name)) for name, form in zip(named, forms, strict=True)
            ),
        )

    def _named(self, kind: Any) -> Form:
        form = self.of(kind)
        written = Annotated[dict[Code, form.written], Field(max_length=MOST_ITEMS)]  # type: ignore[name-defined]
        return Form(written, lambda sent: {name: form.read(value) for name, value in sent.items()})


def _name_of(kind: Any) -> str:
    """Return what a part of several is called in their name, so that each combination has its own in the description."""
    name = kind.__name__ if isinstance(kind, type) else re.sub(r"\W+", "", str(kind))
    return name[:1].upper() + name[1:]


def _room_of(kind: type) -> str:
    """Return the name of the room that a class is of, so that those of two rooms are told apart in the description."""
    return kind.__module__.split(".")[2].capitalize()


def _optional(described: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    """Return fields of which those with a default of their own may be left out, but not sent as null unless they may be."""
    return {
        name: (kind, ...) if default is ... else (kind, Field(default_factory=_left_out))
        for name, (kind, default) in described.items()
    }


def _left_out() -> Any:
    return None


def _is_hashable(annotation: Any) -> bool:
    try:
        hash(annotation)
    except TypeError:
        return False
    return True


def _unwritable(annotation: Any) -> Unwritable:
    name = getattr(annotation, "__name__", None) or str(annotation)
    if name == "DataFrame":
        return Unwritable(
            both(
                "它成批接收表格，只由页面、导入和命令办理",
                "It takes whole tables: from pages, imports and commands only",
            )
        )
    return Unwritable(
        both("参数类型 {name} 没有 JSON 写法", "Its argument of type {name} has no form in JSON").filled(
            name=name
        )
    )


@dataclass(frozen=True)
class Arguments:
    """How the arguments of one operation are written."""

    body: type[Body]
    readers: Mapping[str, Callable[[Any], Any]]

    def read(self, sent: Any) -> dict[str, Any]:
        """Return the arguments that were sent; those left out have the operation's own defaults.

        Raises: Failed: a record, unit or place that there is not.
        """
        return {name: self.readers[name](getattr(sent, name)) for name in sorted(sent.model_fields_set)}


def arguments_of(name: str, function: Callable[..., Any], forms: Forms) -> Arguments:
    """Return how the arguments of an operation are written.

    Raises: Unwritable: one of them has no form.
    """
    try:
        hints = typing.get_type_hints(function)
    except NameError as unknown:
        raise _unwritable(str(unknown.name)) from None
    described, readers = {}, {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name == "act":
            continue
        form = forms.of(hints[parameter.name])
        described[parameter.name] = (form.written, ... if parameter.default is parameter.empty else None)
        readers[parameter.name] = form.read
    title = "".join(part.capitalize() for part in name.replace(".", "_").split("_"))
    return Arguments(create_model(f"{title}Sent", __base__=Body, **_optional(described)), readers)
