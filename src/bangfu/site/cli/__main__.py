"""``python -m bangfu.site.cli`` is the command ``bangfu``."""

from bangfu.site.cli import main

main(prog_name="bangfu")
