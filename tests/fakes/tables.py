"""Tables of the declared form at whatever engine a connection leads to."""

from pynamodb.connection import TableConnection

from infra import resources


def with_table(connection: TableConnection) -> TableConnection:
    """Make the table that the connection names, and give the connection."""
    declared = resources.read().tables["Table"]
    connection.create_table(
        attribute_definitions=declared["AttributeDefinitions"],
        key_schema=declared["KeySchema"],
        billing_mode=declared["BillingMode"],
    )
    return connection
