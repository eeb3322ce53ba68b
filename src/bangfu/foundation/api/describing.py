"""The OpenAPI description: what all addresses have in common is said once and entered at each of them."""

from __future__ import annotations

from typing import Any

from bangfu.foundation.api.problems import MEDIA_TYPE, TITLES, Problem

REF = "#/components/schemas/{model}"
_ALWAYS = (400, 404, 409, 422, 429, 503)
_WITH_TOKEN = (401, 403)
_HEADERS = {
    "RateLimit": "What is left of the present minute.",
    "RateLimit-Policy": "How many requests a minute may have.",
}
_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "In which language titles and problems are said: English when it begins with en, else Chinese.",
}
_KNOWN = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of an answer that is at hand: 304 when it still holds.",
}
_FILE = {"type": "string", "format": "binary"}


def _problem(status: int) -> dict[str, Any]:
    words = TITLES[status]
    return {
        "description": f"{words.zh} · {words.en}",
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}},
    }


def completed(schema: Any) -> Any:
    """Return the description with problems, limits, languages and tags entered at every address."""
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    own = Problem.model_json_schema(ref_template=REF)
    schemas.update(own.pop("$defs", {}))
    schemas["Problem"] = own
    for methods in schema["paths"].values():
        for method, described in methods.items():
            _complete(method, described)
    _make_exact(schema)
    return schema


def _make_exact(described: Any) -> None:
    """Say what is meant where the description would allow more: keys by a pattern are the only ones, a file that may be left
    out is never null (a form has no null).
    """
    if isinstance(described, dict):
        if "patternProperties" in described:
            described.setdefault("additionalProperties", False)
        if _FILE in described.get("anyOf", ()):
            del described["anyOf"]
            described.update(_FILE)
    parts = described.values() if isinstance(described, dict) else described
    for part in parts:
        if isinstance(part, dict | list):
            _make_exact(part)


def _complete(method: str, described: dict[str, Any]) -> None:
    answers = described["responses"]
    wanted = [*_ALWAYS, *(_WITH_TOKEN if described.get("security") else ())]
    for status in wanted:
        answers.setdefault(status, _problem(status))
    if method == "post":
        answers.setdefault(413, _problem(413))
        answers.setdefault(415, _problem(415))
    described["parameters"] = [*described.get("parameters", []), _LANGUAGE]
    if method == "get":
        answers.setdefault(304, {"description": "没有变化 · Unchanged"})
        described["parameters"].append(_KNOWN)
        for status, answer in answers.items():
            if str(status) == "200":
                answer["headers"] = {
                    "ETag": {"schema": {"type": "string"}, "description": "A strong tag of the answer."}
                }
    for answer in answers.values():
        for name, words in _HEADERS.items():
            answer.setdefault("headers", {})[name] = {"schema": {"type": "string"}, "description": words}
