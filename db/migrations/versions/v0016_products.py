"""Products with seller and contract, and which product a ticket or an order is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

from db.columns import uuid_text
from db.migrations.products_0016 import DOWN_STATEMENTS, STATEMENTS

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the columns; on a server say who may do what with them."""
    with _triggers_put_back():
        _contracts()
        with op.batch_alter_table("products") as table:
            table.add_column(sa.Column("sold_by", sa.Text(), server_default="", nullable=False))
            table.add_column(sa.Column("contract_id", uuid_text(), nullable=True))
            table.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
            table.create_foreign_key(
                op.f("fk_products_contract_id_service_contracts"),
                "service_contracts",
                ["contract_id"],
                ["id"],
            )
        _link_to_product("tickets")
        level = sa.Column("service_level", sa.Text(), server_default="", nullable=False)
        _link_to_product("work_orders", level)
        _index("products", "contract_id")
        _index("work_orders", "product_id")
    _run(STATEMENTS)


def downgrade() -> None:
    """Drop them; what an order is about stands in its words alone again."""
    _run(DOWN_STATEMENTS)
    with _triggers_put_back():
        op.drop_index("ix_work_orders_product_id", "work_orders")
        op.drop_index("ix_products_contract_id", "products")
        with op.batch_alter_table("work_orders") as table:
            table.drop_column("service_level")
        for name in ("work_orders", "tickets"):
            with op.batch_alter_table(name) as table:
                table.drop_constraint(_link(name), type_="foreignkey")
                table.drop_column("product_id")
        with op.batch_alter_table("products") as table:
            table.drop_constraint(
                op.f("fk_products_contract_id_service_contracts"), type_="foreignkey"
            )
            for column in ("version", "contract_id", "sold_by"):
                table.drop_column(column)
        op.drop_table("service_contracts")


def _contracts() -> None:
    op.create_table(
        "service_contracts",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("customer_id", uuid_text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), server_default="", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("covers_costs", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_service_contracts_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_contracts")),
    )
    op.create_index("ix_service_contracts_customer_id", "service_contracts", ["customer_id"])


def _link_to_product(name: str, *more: sa.Column[str]) -> None:
    with op.batch_alter_table(name) as table:
        for column in (sa.Column("product_id", uuid_text(), nullable=True), *more):
            table.add_column(column)
        table.create_foreign_key(_link(name), "products", ["product_id"], ["id"])


def _link(name: str) -> str:
    return op.f(f"fk_{name}_product_id_products")


def _index(table: str, column: str) -> None:
    op.create_index(
        f"ix_{table}_{column}",
        table,
        [column],
        sqlite_where=sa.text(f"{column} IS NOT NULL"),
        postgresql_where=sa.text(f"{column} IS NOT NULL"),
    )


@contextmanager
def _triggers_put_back() -> Iterator[None]:
    """Drop a file's triggers, which stand in the way of a rebuilt table, and make them again."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        yield
        return
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid"
    ).fetchall()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in found:
        connection.exec_driver_sql(statement)


def _run(statements: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name != "sqlite":
        for statement in statements:
            # No parameters: a percent sign is one.
            op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
