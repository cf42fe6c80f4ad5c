"""One real Asterisk with the sample configuration for all tests of this folder, and telephones around it."""

from collections.abc import Iterator

import pytest

from local.asterisk.instance import APP, DeskPhone, Instance, Settings
from tests.asterisk.ari import Ari

LISI, WANGWU = DeskPhone("lisi", "lisi-knows"), DeskPhone("wangwu", "wangwu-knows", encrypted=True)


@pytest.fixture(scope="session")
def pbx(unpacked, switchboard, tmp_path_factory) -> Iterator[Instance]:
    trunk = switchboard.address("127.0.0.2")
    settings = Settings(trunk=trunk, phones=[LISI, WANGWU])
    with Instance(unpacked, tmp_path_factory.mktemp("pbx"), settings) as instance:
        yield instance


@pytest.fixture(scope="session")
def provider(pbx, switchboard):
    line = switchboard.line("127.0.0.2", pbx.sip)
    yield line
    line.remove()


@pytest.fixture
def line(provider):
    """The line of the provider, on which nobody is yet."""
    yield provider
    provider.forget()


@pytest.fixture
def ari(pbx) -> Iterator[Ari]:
    """The bridge's place at ARI, in which a test sits."""
    with Ari(pbx.ari, APP, pbx.secret) as ari:
        yield ari
        for channel in ari.asks("GET", "/channels")[1]:
            ari.asks("DELETE", f"/channels/{channel['id']}")
