"""``bangfu import``: take a spreadsheet in from the command line."""

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bangfu.site.cli.database import database

if TYPE_CHECKING:
    from bangfu.foundation.intake.layouts import CheckedRows, Layout
    from bangfu.foundation.intake.models import Upload
    from bangfu.foundation.people.models import Account

SHOWN = 50


@click.command()
@click.argument("layout")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "unit_code", required=True, help="填报单位的编码 · Code of the reporting unit.")
@click.option("--as", "username", required=True, help="以谁的账号 · The account that acts.")
@click.option(
    "--evidence",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="佐证压缩包 · The zip of evidence.",
)
@click.option(
    "--returned",
    type=click.Path(dir_okay=False, path_type=Path),
    help="只导入能导入的行，其余连同原因写入此 .xlsx · Import the good rows only and write the others, with their reasons, here.",
)
@click.option("--dry-run", is_flag=True, help="只预览，不写入 · Preview only; nothing is written.")
def import_sheet(
    layout: str,
    file: Path,
    unit_code: str,
    username: str,
    evidence: Path | None,
    returned: Path | None,
    dry_run: bool,
) -> None:
    """导入一份表格 · Import a spreadsheet."""
    with database():
        from bangfu.foundation.intake import operations, queries
        from bangfu.foundation.intake.layouts import layout_with_code
        from bangfu.foundation.intake.models import Upload
        from bangfu.foundation.intake.personal import returned_of
        from bangfu.foundation.operations import Act, Refusal
        from bangfu.foundation.organisation.queries import unit_with_code
        from bangfu.foundation.people.models import Account

        account = Account.objects.filter(username__iexact=username).first()
        unit = unit_with_code(unit_code)
        if account is None:
            raise click.ClickException(f"没有账号 · There is no account {username}")
        if unit is None:
            raise click.ClickException(f"没有单位 · There is no unit {unit_code}")
        taken, content = layout_with_code(layout), file.read_bytes()
        act = Act.now(account, key=str(uuid.uuid4()))
        upload = operations.receive_upload(
            layout=layout,
            unit=unit,
            name=file.name,
            content=content,
            evidence=evidence,
            act=act.tried() if dry_run else act,
        )
        tried = queries.tried(upload, content=content, evidence=evidence) if dry_run else None
        checked = tried or queries.checked(upload)
        _show(taken, checked, upload, account)
        leaves_out = bool(checked.refusals) and returned is not None and not dry_run
        if checked.refusals and not leaves_out:
            if not dry_run:
                operations.cancel_upload(upload=upload, act=Act.now(account))
            raise click.exceptions.Exit(1)
        if not dry_run:
            try:
                if leaves_out:
                    operations.leave_out_refused(upload=upload, act=Act.now(account))
                taken.confirm(upload=upload, act=Act.now(account, key=str(uuid.uuid4())))
            except Refusal:
                operations.cancel_upload(upload=upload, act=Act.now(account))
                raise
            click.echo(f"已导入 · Imported: #{upload.pk}")
        if leaves_out and returned is not None:
            returned.write_bytes(returned_of(Upload.objects.select_related("returned").get(pk=upload.pk)))
            click.echo(f"未导入的行 · Rows left out: {returned}")


def _show(layout: "Layout", checked: "CheckedRows", upload: "Upload", account: "Account") -> None:
    """Print the counts, the effect on figures and the refused rows."""
    from django.utils import timezone

    from bangfu.foundation.intake import posting
    from bangfu.foundation.intake.showing import effect_line

    click.echo(
        f"新增 new {checked.new:,} · 更正 changed {checked.changed:,} · 不变 same {checked.same:,} · "
        f"不能导入 refused {checked.refused_rows:,}"
    )
    facts = posting.coming(layout, checked, upload)
    figures = posting.figures(facts, unit=upload.unit, reader=account, on=timezone.localdate())
    for line in figures.lines:
        note = f" · {line.note}" if line.note else ""
        click.echo(f"  {line.title} · {line.about}: {line.now} → {line.then} ({line.difference}){note}")
    for effect in [] if figures.lines else posting.effects(layout, facts):
        click.echo(f"  {effect_line(effect)}")
    for refusal in checked.refusals[:SHOWN]:
        click.echo(f"  {refusal.row}: {refusal.sentence}", err=True)
    if len(checked.refusals) > SHOWN:
        click.echo(f"  … {len(checked.refusals) - SHOWN:,}", err=True)
