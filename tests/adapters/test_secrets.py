"""Secrets are found by name, and a missing one is named, never guessed."""

import json

import boto3
import pytest
from aws_lambda_powertools.utilities import parameters
from moto import mock_aws

from chalicelib.adapters.secrets import FileSecrets, ParameterStoreSecrets
from chalicelib.core.ground.errors import NotConfigured


@pytest.fixture
def store(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    parameters.clear_caches()
    with mock_aws():
        # Powertools keeps one provider for all: a new test needs a new one.
        monkeypatch.setattr(parameters.base, "DEFAULT_PROVIDERS", {})
        yield boto3.client("ssm")


@pytest.mark.enable_socket
def test_the_parameter_store_is_asked_once_in_five_minutes(store):
    store.put_parameter(Name="/icall/dev/business/api-key", Value="k-1", Type="SecureString")
    secrets = ParameterStoreSecrets("/icall/dev/")
    assert secrets.get("business/api-key") == "k-1"
    store.delete_parameter(Name="/icall/dev/business/api-key")
    assert secrets.get("business/api-key") == "k-1"


@pytest.mark.enable_socket
def test_a_secret_that_the_parameter_store_lacks_is_named(store):
    with pytest.raises(NotConfigured, match="business/api-key"):
        ParameterStoreSecrets("/icall/dev/").get("business/api-key")


def test_the_laptop_reads_its_secrets_from_a_file(tmp_path):
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({"business/api-key": "k-1"}))
    secrets = FileSecrets(path)
    assert secrets.get("business/api-key") == "k-1"
    with pytest.raises(NotConfigured, match=r"'twilio/token' is not in secrets\.json"):
        secrets.get("twilio/token")


@pytest.mark.parametrize("content", [None, "hunter2", "[]", "{"])
def test_a_secrets_file_that_cannot_be_read_is_said_without_showing_it(tmp_path, content):
    path = tmp_path / "secrets.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(NotConfigured, match=r"secrets\.json cannot be read") as refusal:
        FileSecrets(path).get("x")
    assert "hunter2" not in str(refusal.value)
