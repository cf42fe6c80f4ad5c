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
    return request.getfixturevalue(f"{request.param.replace('-', '_')}_aws")
