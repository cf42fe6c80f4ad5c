import socket

import pytest
from browsing import a_browser
from product_under_call import Carrier, Product, settings

from local.carrier.exchange import Exchange


@pytest.fixture(scope="module")
def chromium():
    with a_browser() as chromium:
        yield chromium


@pytest.fixture
def product():
    return Product()


@pytest.fixture
def exchange(product):
    return Exchange(settings(), product)


@pytest.fixture
def carrier(exchange):
    return Carrier(exchange)


@pytest.fixture
def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
