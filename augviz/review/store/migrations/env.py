"""What Alembic runs; the connection comes from :func:`augviz.review.store.opening.bring_to_form`."""

from alembic import context

from augviz.review.store.schema import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
