"""What must be true before bangfu serves anybody."""

import click
import psycopg

ROLE = """
SELECT r.rolname, r.rolsuper, r.rolcreaterole, r.rolbypassrls,
       (SELECT pg_has_role(r.oid, d.datdba, 'MEMBER')
          FROM pg_database d WHERE d.datname = current_database()),
       (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
           AND pg_has_role(r.oid, c.relowner, 'MEMBER'))
  FROM pg_roles r WHERE r.rolname = current_user
"""


def check_role(url: str) -> None:
    """Refuse a role that could change what has been recorded: a superuser, or the owner of the tables.

    What is append-only is kept so by triggers and privileges; their owner could take them away.

    Raises: click.ClickException: with what the role may do too much, and the remedy.
    """
    with psycopg.connect(url, connect_timeout=10) as connection:
        row = connection.execute(ROLE).fetchone()
    assert row is not None
    name, superuser, makes_roles, bypasses, owns_database, tables = row
    reasons = [
        (superuser, "是超级用户", "is a superuser"),
        (makes_roles, "可以建立角色", "may create roles"),
        (bypasses, "可以绕过行级规则", "bypasses row security"),
        (owns_database, "拥有数据库", "owns the database"),
        (tables, f"拥有 {tables} 个表或序列", f"owns {tables} tables or sequences"),
    ]
    found = [(chinese, english) for true, chinese, english in reasons if true]
    if found:
        raise click.ClickException(
            f"角色 {name} {'、'.join(chinese for chinese, _ in found)}，不可用来提供服务。"
            "DATABASE_URL 请用不拥有任何对象的角色，DATABASE_OWNER_URL 用拥有者。\n"
            f"The role {name} {', '.join(english for _, english in found)}: bangfu does not serve with it. "
            "Give DATABASE_URL a role that owns nothing, and DATABASE_OWNER_URL the owner."
        )
