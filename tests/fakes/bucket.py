"""A bucket of moto's, for one test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws


@contextmanager
def bucket(name: str, region: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Make it; give the client that sees it."""
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "pretend")
    with mock_aws():
        client = boto3.client("s3", region_name=region)
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
        yield client
