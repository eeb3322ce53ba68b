"""``bangfu report``: the texts of reports, and a report as a file."""

from pathlib import Path

import click

from bangfu.site.cli.database import database


@click.group()
def report() -> None:
    """报告文字 · The texts of reports."""


@report.command()
@click.argument("code")
@click.option("--as-of", default="", help="区块号或日期 · Block or date")
def check(code: str, as_of: str) -> None:
    """检查报告和随它的文字：数字绑定、用词属实、写法一致 · Check a report and the texts with it: numbers bound, words true."""
    with database():
        from bangfu.reporting.companions import together
        from bangfu.reporting.selection import read_block

        try:
            problems = together(code, as_of=read_block(as_of) if as_of else None).problems
        except LookupError as error:
            raise click.ClickException(f"没有报告 {code} · There is no report {code}.") from error
        for problem in problems:
            click.echo(str(problem), err=True)
        if problems:
            raise click.ClickException(f"{len(problems)} 处须改正 · {len(problems)} to mend.")
        click.echo("通过 · Passed.")


@report.command()
@click.argument("code")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", help="语言 · Language")
@click.option("--as-of", default="", help="区块号或日期 · Block or date")
@click.option(
    "--origin", default="http://localhost:8000", help="数字在哪里打开 · Where figures open, as a web address"
)
def pdf(code: str, file: Path, language: str, as_of: str, origin: str) -> None:
    """写成 PDF · Write a report as a PDF."""
    with database():
        from bangfu.foundation.evidence.models import Use
        from bangfu.reporting.printing import report_pdf
        from bangfu.reporting.reports import drawn
        from bangfu.reporting.selection import read_block

        try:
            found = drawn(code, language, as_of=read_block(as_of) if as_of else None, use=Use.REPORT)
        except LookupError as error:
            raise click.ClickException(f"没有报告 {code} · There is no report {code}.") from error
        if found.problems:
            raise click.ClickException(
                f"报告没有通过检查，请先 bangfu report check {code} · The report fails its check; run it first."
            )
        file.write_bytes(report_pdf(found, origin=origin.rstrip("/")))
        click.echo(f"{found.heading} → {file}")


@report.command()
@click.argument("number", type=click.IntRange(1))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--origin", default="http://localhost:8000", help="数字在哪里打开 · Where figures open, as a web address"
)
def papers(number: int, folder: Path, origin: str) -> None:
    """写出一份已发布报告的全部文件：PDF、Word、数字表 · Write all papers of a published report to a folder."""
    with database():
        from bangfu.reporting.publications.models import Publication
        from bangfu.reporting.publications.papers.files import write_papers
        from bangfu.reporting.publications.queries import frozen_standing

        try:
            standing = frozen_standing(number)
        except Publication.DoesNotExist as error:
            raise click.ClickException(
                f"没有发布第 {number} 号 · There is no publication no. {number}."
            ) from error
        for path in write_papers(standing, folder, origin=origin.rstrip("/")):
            click.echo(f"→ {path}")


@report.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", help="语言 · Language")
@click.option("--corrected", is_flag=True, help="只写改好的文字 · Print the corrected text instead")
def match(file: Path, language: str, *, corrected: bool) -> None:
    """核对一份文字（.txt、.docx、.pdf）里的数字 · Match the numbers of any text to the figures."""
    with database():
        from django.utils import timezone, translation

        from bangfu.reporting.drafts import matched
        from bangfu.reporting.matching import Verdict
        from bangfu.reporting.reading import UnableToReadDraft, read_draft

        try:
            draft = matched(read_draft(file.read_bytes()), account=None, on=timezone.localdate())
        except UnableToReadDraft as refusal:
            raise click.ClickException(str(refusal)) from refusal
        if corrected:
            click.echo(draft.corrected)
            return
        with translation.override("en" if language == "en" else "zh-hans"):
            for one in draft.lines:
                click.echo(f"{one.sign} {one.marked.number.text}  {one.words}  {one.title or ''}")
                if one.verdict is not Verdict.TRUE:
                    click.echo(f"    {one.why}")
                if one.insert:
                    click.echo(f"    → {one.insert}")
        wrong = [one for one in draft.lines if one.verdict not in {Verdict.TRUE, Verdict.UNKNOWN}]
        if wrong:
            raise click.ClickException(f"{len(wrong)} 处须改正 · {len(wrong)} to mend.")
        click.echo("通过 · Passed.")
