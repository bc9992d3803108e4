"""What Alembic runs; `migrate` hands it the connection."""

from alembic import context

from miaohui.schema import all_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
