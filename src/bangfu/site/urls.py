"""Every address of the house; rooms bring their own below one prefix each."""

from django.apps import apps
from django.urls import URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from bangfu.foundation.api.assembling import assembled
from bangfu.foundation.rooms import RoomConfig
from bangfu.site import auditing, sealed, signing_in, views

AT_THE_ROOT = "reporting"
"""The roof's addresses are printed on paper (``/f/…``), so they have no prefix."""


def room_addresses() -> list[URLResolver]:
    """Return the addresses of every room that has some, below its own name, in the order of the settings."""
    found = []
    for app in apps.get_app_configs():
        if isinstance(app, RoomConfig) and app.module and module_has_submodule(app.module, "urls"):
            prefix = "" if app.label == AT_THE_ROOT else f"{app.label}/"
            found.append(path(prefix, include(f"{app.name}.urls")))
    return found


urlpatterns = [
    path("", views.home, name="home"),
    path("waiting", views.waiting, name="waiting"),
    path("work/", views.work, name="work"),
    path("audit/", auditing.entries, name="audit"),
    path("audit/<int:key>/", auditing.entry, name="audit_entry"),
    path("audit/sign-ins/", auditing.sign_ins, name="audit_sign_ins"),
    path("audit/<slug:list_name>.<slug:form>", auditing.export, name="audit_export"),
    path("audit/ledger/", sealed.blocks, name="audit_ledger"),
    path("ledger/checkpoint", sealed.checkpoint, name="checkpoint"),
    path("ledger/checkpoint/<int:block>", sealed.checkpoint, name="block_checkpoint"),
    path("ledger/keys", sealed.keys, name="ledger_keys"),
    path("sign-in", signing_in.SignIn.as_view(), name="sign_in"),
    path("sign-in/code", signing_in.sign_in_code, name="sign_in_code"),
    path("sign-out", signing_in.SignOut.as_view(), name="sign_out"),
    path("language", views.language, name="language"),
    path("health", views.health, name="health"),
    *room_addresses(),
    path("api/v1/", assembled().urls),
]
