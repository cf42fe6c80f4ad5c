"""An agent's browser becomes a telephone: under which name, for how long, and whose does not."""

import pytest

from chalicelib.core.centre.model import DeviceKind
from chalicelib.core.ground.errors import NotLegalNow, NotProved
from chalicelib.usecases.prove import prove_session
from chalicelib.usecases.sign_in import sign_in_by_password
from chalicelib.usecases.sign_out import sign_out
from chalicelib.usecases.softphone import CREDENTIALS_MS, softphone_credentials
from tests.fakes.centre import Centre


@pytest.fixture
def centre():
    return Centre()


def test_it_is_rung_by_the_name_that_its_credentials_carry(centre):
    page = centre.page("100").signs_in()
    credentials = softphone_credentials(page.who, centre.world)
    assert f"client:{credentials.name}" == centre.device_of("100").address
    assert credentials.expires_at == centre.clock.now() + CREDENTIALS_MS


def test_a_session_that_has_ended_gets_none(centre):
    page = centre.page("100").signs_in()
    sign_out(page.who, centre.world)
    with pytest.raises(NotProved):
        softphone_credentials(page.who, centre.world)


def test_a_seat_with_another_telephone_gets_none(centre):
    session = sign_in_by_password("101", "icall-101", DeviceKind.SIP, centre.world)
    with pytest.raises(NotLegalNow, match="not the browser"):
        softphone_credentials(prove_session(session.token, centre.world), centre.world)
