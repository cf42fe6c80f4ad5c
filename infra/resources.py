"""Makes the template's table, queues and buckets on any endpoint: the laptop's, a test's."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from botocore.exceptions import ClientError

TEMPLATE: Final = Path(__file__).with_name("template.yaml")

Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventSource:
    """Which declared resource feeds a function, and how."""

    function: str
    resource: str
    properties: Properties


@dataclass(frozen=True, slots=True)
class Declared:
    """What the template declares, by logical id; `optional_queues` are those that only some stacks have."""

    tables: Mapping[str, Properties]
    queues: Mapping[str, Properties]
    optional_queues: Mapping[str, Properties]
    buckets: Mapping[str, Properties]
    sources: Mapping[str, EventSource]
    environment: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clients:
    """The boto3 clients that decide where resources are made."""

    dynamodb: Any
    sqs: Any
    s3: Any


@dataclass(frozen=True, slots=True)
class Names:
    """What was made: `refs` as `!Ref` would answer (table name, queue URL, bucket name), `arns` as `!GetAtt`.

    A table's stream is `arns["Table.StreamArn"]`, everything else is under its logical id.
    """

    refs: Mapping[str, str]
    arns: Mapping[str, str]


# PyYAML may have been installed without its C part, which is ten times as fast.
_SAFE_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _CloudFormationLoader(_SAFE_LOADER):  # type: ignore[misc, valid-type]
    """Reads `!Ref X` as {"Ref": "X"} and `!Sub X` as {"Fn::Sub": "X"}, as CloudFormation does."""


def _intrinsic(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


_CloudFormationLoader.add_multi_constructor("!", _intrinsic)


def load(path: Path) -> dict[str, Any]:
    """The template as plain data, intrinsic functions in their long form."""
    with path.open(encoding="utf-8") as file:
        document: dict[str, Any] = yaml.load(file, Loader=_CloudFormationLoader)  # noqa: S506  # a SafeLoader
    return document


def read(path: Path = TEMPLATE) -> Declared:
    """What the template declares."""
    document = load(path)
    resources = document["Resources"]
    sometimes = {logical: resource for logical, resource in resources.items() if "Condition" in resource}
    always = {logical: resource for logical, resource in resources.items() if logical not in sometimes}
    return Declared(
        tables=_of_type(resources, "AWS::DynamoDB::Table"),
        queues=_of_type(always, "AWS::SQS::Queue"),
        optional_queues=_of_type(sometimes, "AWS::SQS::Queue"),
        buckets=_of_type(resources, "AWS::S3::Bucket"),
        sources={source.function: source for source in _sources(resources)},
        environment=document["Globals"]["Function"]["Environment"]["Variables"],
    )


def create(declared: Declared, clients: Clients, prefix: str = "icall", optional: Sequence[str] = ()) -> Names:
    """Makes what is missing and leaves alone what is there; names begin with the prefix.

    Of the optional queues it makes those that are named here.
    """
    refs: dict[str, str] = {}
    arns: dict[str, str] = {}
    for logical, properties in declared.tables.items():
        refs[logical] = _physical(prefix, logical)
        table = _table(clients.dynamodb, refs[logical], properties)
        arns[logical] = table["TableArn"]
        arns[f"{logical}.StreamArn"] = table["LatestStreamArn"]
    # A queue's redrive policy names its dead-letter queue, which must exist first.
    queues = {**declared.queues, **{logical: declared.optional_queues[logical] for logical in optional}}
    for logical, properties in sorted(queues.items(), key=lambda item: "RedrivePolicy" in item[1]):
        name = _physical(prefix, logical) + (".fifo" if properties.get("FifoQueue") else "")
        refs[logical] = _queue(clients.sqs, name, _queue_attributes(properties, arns))
        arns[logical] = _queue_arn(clients.sqs, refs[logical])
    for logical in declared.buckets:
        refs[logical] = _bucket(clients.s3, _physical(prefix, logical))
        arns[logical] = f"arn:aws:s3:::{refs[logical]}"
    return Names(refs, arns)


def environment(declared: Declared, names: Names) -> dict[str, str]:
    """The functions' environment as far as it names what was made; the rest is the caller's to say."""
    resolved: dict[str, str] = {}
    for variable, value in declared.environment.items():
        if isinstance(value, str):
            resolved[variable] = value
        elif value.get("Ref") in names.refs:
            resolved[variable] = names.refs[value["Ref"]]
    return resolved


def _of_type(resources: Mapping[str, Any], kind: str) -> dict[str, Properties]:
    return {
        logical: resource.get("Properties", {})
        for logical, resource in resources.items()
        if resource.get("Type") == kind
    }


def _sources(resources: Mapping[str, Any]) -> list[EventSource]:
    return [
        EventSource(function, _resource_of(event["Properties"]), event["Properties"])
        for function, resource in resources.items()
        for event in resource.get("Properties", {}).get("Events", {}).values()
    ]


def _resource_of(properties: Properties) -> str:
    if "Stream" in properties:
        return str(properties["Stream"]["Fn::GetAtt"][0])
    return str(properties["Queue"]["Fn::Sub"]).removeprefix("${").split(".", 1)[0]


def _physical(prefix: str, logical: str) -> str:
    return prefix + re.sub(r"(?=[A-Z])", "-", logical).lower()


def _table(dynamodb: Any, name: str, properties: Properties) -> Mapping[str, Any]:
    try:
        dynamodb.create_table(
            TableName=name,
            KeySchema=properties["KeySchema"],
            AttributeDefinitions=properties["AttributeDefinitions"],
            BillingMode=properties["BillingMode"],
            StreamSpecification={"StreamEnabled": True, **properties["StreamSpecification"]},
        )
    except dynamodb.exceptions.ResourceInUseException:
        pass
    else:
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])
    table: Mapping[str, Any] = dynamodb.describe_table(TableName=name)["Table"]
    return table


def _queue_attributes(properties: Properties, arns: Mapping[str, str]) -> dict[str, str]:
    attributes = {name: _attribute(properties[name]) for name in _QUEUE_ATTRIBUTES if name in properties}
    if redrive := properties.get("RedrivePolicy"):
        target = arns[redrive["deadLetterTargetArn"]["Fn::GetAtt"][0]]
        attributes["RedrivePolicy"] = json.dumps({**redrive, "deadLetterTargetArn": target})
    return attributes


_QUEUE_ATTRIBUTES: Final = (
    "VisibilityTimeout",
    "MessageRetentionPeriod",
    "FifoQueue",
    "DeduplicationScope",
    "FifoThroughputLimit",
)


def _attribute(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _queue(sqs: Any, name: str, attributes: Mapping[str, str]) -> str:
    try:
        url: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url


def _queue_arn(sqs: Any, url: str) -> str:
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def _bucket(s3: Any, name: str) -> str:
    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        s3.create_bucket(Bucket=name)
    return name
