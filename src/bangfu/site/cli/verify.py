"""``bangfu verify``: whether a bundle of a publication says the truth, by the program that lies in every bundle."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", help="账册公钥（Base64），须另行取得 · The ledger's public key, got elsewhere")
def verify(file: Path, key: str | None) -> None:
    """验证发布包 · Verify the bundle of a publication.

    不用数据库：每个数字由事实重算，每条事实查证明，检查点查签名；有不符的逐条列出，以状态 1 结束。

    Needs no database: every figure is recomputed from its facts, proofs and signatures are checked. What does not fit is
    listed, and the command ends with status 1.
    """
    from bangfu.foundation.ledger.proofs.verify import main

    sys.exit(main([str(file), *(["--key", key] if key else [])]))
