"""What AWS asks for it: list prices of us-east-1 without any free tier, and a call's bill by them."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.steps import Account

AS_OF = "2025-11"


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for a million, and where AWS says so."""

    per_million: float
    source: str


PRICES: Mapping[str, Price] = {
    "DynamoDB write request units": Price(0.625, "https://aws.amazon.com/dynamodb/pricing/on-demand/"),
    "DynamoDB read request units": Price(0.125, "https://aws.amazon.com/dynamodb/pricing/on-demand/"),
    "SQS requests": Price(0.40, "https://aws.amazon.com/sqs/pricing/"),
    "SQS FIFO requests": Price(0.50, "https://aws.amazon.com/sqs/pricing/"),
    "Lambda requests": Price(0.20, "https://aws.amazon.com/lambda/pricing/"),
    "Lambda GB-seconds": Price(16.6667, "https://aws.amazon.com/lambda/pricing/"),
    "API Gateway REST requests": Price(3.50, "https://aws.amazon.com/api-gateway/pricing/"),
    "API Gateway WebSocket messages": Price(1.00, "https://aws.amazon.com/api-gateway/pricing/"),
    "API Gateway WebSocket connection minutes": Price(0.25, "https://aws.amazon.com/api-gateway/pricing/"),
    "S3 PUT requests": Price(5.00, "https://aws.amazon.com/s3/pricing/"),
    "CloudWatch Logs KB": Price(0.50, "https://aws.amazon.com/cloudwatch/pricing/"),
}

CALL_MINUTES = 3
HEARTBEATS_PER_MINUTE = 3
MEMORY_GB = 0.5
HANDLER_SECONDS, AWS_CALL_SECONDS, CARRIER_SECONDS = 0.010, 0.006, 0.150
"""Assumed of Lambda, since no laptop can measure it: our own code, one call of AWS, one request to the carrier."""
LOG_KB_PER_INVOCATION = 0.5
SQS_REQUESTS_PER_MESSAGE = 3
"""Sent, received, deleted."""
REPORTS_PER_MINUTE, POLLS_PER_MINUTE = 2, 6
"""How often an Asterisk's bridge says how it is, and asks for orders where there are none."""


def used(account: Account) -> Mapping[str, float]:
    """Give what one call of three minutes uses, its agent's share of connection and heartbeats included."""
    call = account.call
    beats = CALL_MINUTES * HEARTBEATS_PER_MINUTE
    invocations = account.invocations + beats
    aws_calls = account.sequential_calls + beats
    # An order in a queue is among the calls of AWS; a request to a carrier is not.
    asked_of_carrier = (call.commands - account.orders) * CARRIER_SECONDS
    seconds = invocations * HANDLER_SECONDS + aws_calls * AWS_CALL_SECONDS + asked_of_carrier
    return {
        "DynamoDB write request units": call.write_units,
        "DynamoDB read request units": call.read_units + beats,
        "SQS requests": SQS_REQUESTS_PER_MESSAGE * account.messages,
        "SQS FIFO requests": SQS_REQUESTS_PER_MESSAGE * account.orders,
        "Lambda requests": invocations,
        "Lambda GB-seconds": seconds * MEMORY_GB,
        "API Gateway REST requests": account.http_requests,
        "API Gateway WebSocket messages": call.pushes + account.frames + 2 * beats,
        "API Gateway WebSocket connection minutes": CALL_MINUTES,
        "S3 PUT requests": 1,
        "CloudWatch Logs KB": invocations * LOG_KB_PER_INVOCATION,
    }


def of_idle_asterisk() -> float:
    """Give the dollars that an Asterisk without calls costs in a month: its bridge's reports, and its asking."""
    minutes = 30 * 24 * 60
    reports, polls = minutes * REPORTS_PER_MINUTE, minutes * POLLS_PER_MINUTE
    asked = {
        "API Gateway REST requests": reports,
        "Lambda requests": reports,
        "Lambda GB-seconds": reports * HANDLER_SECONDS * MEMORY_GB,
        "CloudWatch Logs KB": reports * LOG_KB_PER_INVOCATION,
        "SQS FIFO requests": polls,
    }
    return sum(amount * PRICES[name].per_million / 1_000_000 for name, amount in asked.items())


def bill(account: Account) -> Mapping[str, float]:
    """Give the dollars of a thousand calls, by item."""
    return {name: amount * PRICES[name].per_million / 1000 for name, amount in used(account).items()}
