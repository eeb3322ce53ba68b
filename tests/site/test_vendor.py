"""What is vendored is what its manifest says, and nothing the pages load comes from another host."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

import bangfu
from bangfu.foundation.rooms import rooms
from bangfu.foundation.rooms.register import changes, waits

PACKAGE = Path(bangfu.__file__).parent
STATIC = PACKAGE / "site" / "static"
VENDOR = STATIC / "vendor"
PARTS = tomllib.loads((VENDOR / "MANIFEST.toml").read_text(encoding="utf-8"))["part"]
TEMPLATES = sorted(PACKAGE.glob("**/templates/**/*.html"))
ALONE = {
    PACKAGE / "reporting/publications/templates/publications" / name
    for name in ("page.html", "companions.html")
}
"""The pages of a bundle, which are files by themselves and open without a server: style and script are in them."""
STYLES = sorted(STATIC.glob("**/*.css"))
SCRIPTS = sorted((STATIC / "bangfu").glob("**/*.js"))
OUTSIDE = re.compile(r"""(?:https?:|["'(=\s])//[\w-]+(?:\.[\w-]+)+""")
NAMESPACE = re.compile(r"http://www\.w3\.org/[\w/]+")


def listed_files() -> dict[str, str]:
    """Return every vendored file and its digest by the manifest."""
    return {path: digest for part in PARTS for path, digest in part["sha256"].items()}


class TestManifest:
    def test_lists_every_vendored_file_and_no_other(self):
        present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
        assert present - {"MANIFEST.toml"} == set(listed_files())

    @pytest.mark.parametrize("part", PARTS, ids=lambda part: part["name"])
    def test_has_the_right_digests(self, part):
        found = {path: hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() for path in part["sha256"]}
        assert found == part["sha256"]

    @pytest.mark.parametrize("part", PARTS, ids=lambda part: part["name"])
    def test_names_version_licence_and_origin_and_keeps_the_licence_text(self, part):
        assert {"name", "version", "licence", "origin", "contents"} <= set(part)
        assert f"{part['name']}/LICENSE" in part["sha256"]


class TestNoOutsideHost:
    @pytest.mark.parametrize("path", [*TEMPLATES, *STYLES, *SCRIPTS], ids=lambda path: path.name)
    def test_is_named(self, path):
        assert OUTSIDE.findall(NAMESPACE.sub("", path.read_text(encoding="utf-8"))) == []

    def test_the_pattern_sees_one(self):
        assert OUTSIDE.findall('<script src="//cdn.example.org/x.js">')
        assert OUTSIDE.findall("url(https://a.example/b)")

    @pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
    def test_every_file_a_style_loads_is_there(self, path):
        for target in re.findall(r"url\([\"']?([^)\"']+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).resolve().is_file(), target


def icons() -> set[str]:
    sprite = (VENDOR / "tabler-icons/sprite.svg").read_text(encoding="utf-8")
    return set(re.findall(r'<symbol id="([\w-]+)"', sprite))


class TestTemplates:
    @pytest.mark.parametrize(
        "path", [path for path in TEMPLATES if path not in ALONE], ids=lambda path: path.name
    )
    def test_have_no_inline_style_script_or_handler(self, path):
        text = re.sub(r"\{%.*?%\}", "", path.read_text(encoding="utf-8"))
        assert re.findall(r"<style\b|\sstyle=|<script(?![^>]*\bsrc=)|\son\w+=", text) == []

    def test_and_rooms_name_only_icons_of_the_sprite(self):
        named = {one.icon for one in (*rooms(), *waits(), *changes())}
        assert named - icons() == set()

    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
    def test_name_only_icons_of_the_sprite(self, path):
        known = icons()
        used = set(re.findall(r'partials/icon\.html" with name="([\w-]+)"', path.read_text(encoding="utf-8")))
        assert used <= known
