"""Django's entry for the site."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The doors of the house."""

    name = "bangfu.site"
    label = "site"
