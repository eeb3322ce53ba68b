"""The API put together: every room's records and operations, the rooms' own addresses, one form of errors."""

from __future__ import annotations

import functools
import logging
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import module_has_submodule
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from bangfu.foundation.api.asking import TokenShown
from bangfu.foundation.api.calling import offers, operations_router
from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.api.describing import completed
from bangfu.foundation.api.lower import LOWER
from bangfu.foundation.api.problems import (
    SENTENCES,
    Failed,
    fault,
    problem,
    problem_of_failure,
    problem_of_refusal,
    problem_of_status,
)
from bangfu.foundation.api.records import offered_types, records_router
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import RoomConfig, rooms

NAMESPACE = "programs"
"""Of the names of the API's addresses."""
VERSION = "1"
_log = logging.getLogger(__name__)


class HouseApi(NinjaAPI):
    """The API with a description that says what every address may answer."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._served: Any = None

    def get_openapi_schema(self, **given: Any) -> Any:
        """Return the OpenAPI description, completed by what all addresses have in common; what is served is made once."""
        if "path_prefix" in given:
            return completed(super().get_openapi_schema(**given))
        if self._served is None:
            self._served = completed(super().get_openapi_schema(**given))
        return self._served


def room_apis() -> dict[str, RoomApi]:
    """Return what each room says to the API, by the room's code; and read every room's operations, so that all are known."""
    for app in apps.get_app_configs():
        if isinstance(app, RoomConfig) and app.module is not None:
            for name in ("operations", "sheets", "views"):
                if module_has_submodule(app.module, name):
                    import_module(f"{app.name}.{name}")
    found = {**LOWER, **{room.code: import_module(room.api).API for room in rooms() if room.api is not None}}
    for code, api in found.items():
        if not isinstance(api, RoomApi):
            raise TypeError(f"the API of the room {code} is no RoomApi")
    return found


@functools.cache
def assembled() -> HouseApi:
    """Return the API of this house."""
    house = HouseApi(
        title="bangfu 帮扶",
        version=VERSION,
        description=_ABOUT,
        auth=TokenShown(),
        docs_url=None,
        openapi_url="openapi.json",
        urls_namespace=NAMESPACE,
        servers=[{"url": "/"}],
    )
    _say_errors_alike(house)
    apis = room_apis()
    house.add_router("/records", records_router(offered_types(apis)))
    house.add_router("/operations", operations_router(offers(apis)))
    for api in apis.values():
        if api.router is not None:
            house.add_router("", api.router)
    return house


@functools.cache
def _parameters() -> dict[tuple[str, str], frozenset[str]]:
    """Return the parameters that the query of each address may have, by its route and method."""
    found = {}
    for path, methods in assembled().get_openapi_schema(path_prefix="api/v1/")["paths"].items():
        route = path.lstrip("/").replace("{", "<").replace("}", ">")
        for method, described in methods.items():
            names = {one["name"] for one in described.get("parameters", ()) if one["in"] == "query"}
            found[route, method.upper()] = frozenset(names)
    return found


def parameters_of(route: str, method: str) -> frozenset[str] | None:
    """Return the parameters that the query of an address may have; null for an address that does not take the method."""
    return _parameters().get((route, method))


_ABOUT = (
    "每个室的记录和操作、每个数字和它底下的事实、账册的检查点与证明。权限、规则和拒绝码与页面相同。"
    "Records and operations of every room, every figure with the facts under it, checkpoints and proofs of the ledger. "
    "Permissions, rules and the codes of refusals are those of the pages."
)


def _say_errors_alike(house: HouseApi) -> None:
    def answers(kind: type[Exception], made: Any) -> None:
        house.add_exception_handler(kind, made)

    answers(Failed, lambda request, failure: problem_of_failure(failure))
    answers(Refusal, lambda request, refusal: problem_of_refusal(refusal))
    answers(AuthenticationError, lambda request, error: _no_token())
    answers(HttpError, lambda request, error: problem_of_status(error.status_code))
    answers(Http404, lambda request, error: problem_of_status(404))
    answers(PermissionDenied, lambda request, error: problem_of_status(403))
    answers(BadRequest, lambda request, error: problem_of_status(400))
    answers(ValidationError, _invalid)
    answers(OperationalError, _unavailable)
    answers(Exception, _defect)


def _no_token() -> HttpResponse:
    return problem(401, "no_token", str(SENTENCES["no_token"]), headers={"WWW-Authenticate": "Bearer"})


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [fault(tuple(one["loc"]), str(one["type"]), str(one["msg"])) for one in error.errors]
    return problem(422, "invalid", SENTENCES["invalid"].format(count=len(faults)), faults=faults)


def _unavailable(request: HttpRequest, error: OperationalError) -> HttpResponse:
    _log.warning("the database did not answer a program", exc_info=error)
    return problem(503, "unavailable", str(SENTENCES["unavailable"]), headers={"Retry-After": "5"})


def _defect(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.error("a program met a defect at %s", request.path, exc_info=error)
    return problem(500, "defect", str(SENTENCES["defect"]))
