import pytest

from local.aws.embedded import EmbeddedAws


@pytest.fixture(scope="session")
def moto_aws():
    with EmbeddedAws(engine="moto", prefix="pumps") as aws:
        yield aws


@pytest.fixture(scope="session")
def dynamodb_local_aws():
    with EmbeddedAws(engine="dynamodb-local", prefix="pumps") as aws:
        yield aws


@pytest.fixture(params=["moto", "dynamodb-local"])
def aws(request):
    """AWS with nothing of an earlier test in it."""
    aws = request.getfixturevalue(f"{request.param.replace('-', '_')}_aws")
    aws.empty()
    return aws
