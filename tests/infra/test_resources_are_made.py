"""What the template declares is made on any endpoint; what only some stacks have, when it is asked for."""

import boto3
import pytest
from moto import mock_aws

from infra import resources

REGION = "us-east-1"


@pytest.fixture
def clients(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "pretend")
    with mock_aws():
        yield resources.Clients(*(boto3.client(name, region_name=REGION) for name in ("dynamodb", "sqs", "s3")))


def test_an_asterisks_queue_is_made_for_a_stack_that_has_one_with_the_templates_properties(clients):
    made = resources.create(resources.read(), clients, optional=("AsteriskQueue1",))

    url = made.refs["AsteriskQueue1"]
    assert url.endswith("/icall-asterisk-queue1.fifo")
    found = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    told = {name: found[name] for name in ("FifoQueue", "DeduplicationScope", "FifoThroughputLimit")}
    assert told == {
        "FifoQueue": "true",
        "DeduplicationScope": "messageGroup",
        "FifoThroughputLimit": "perMessageGroupId",
    }
    assert (found["VisibilityTimeout"], found["MessageRetentionPeriod"]) == ("15", "1209600")
    assert resources.create(resources.read(), clients, optional=("AsteriskQueue1",)) == made


def test_a_stack_without_an_asterisk_has_no_queue_for_one(clients):
    made = resources.create(resources.read(), clients)

    assert not [name for name in made.refs if "Asterisk" in name]
    assert "ICALL_ASTERISK_PBXS" not in resources.environment(resources.read(), made)
