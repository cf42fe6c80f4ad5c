"""What is our own fault: who asks is told little, who operates the centre is told what to mend."""

from dataclasses import replace

from chalicelib.core.ground.errors import NotConfigured
from chalicelib.entrypoints.http import FORM


class NoSoftphone:
    """A stack whose secret was never put there."""

    def softphone_credentials(self, _agent, _until):
        raise NotConfigured("the secret 'twilio/api-key' is not in Parameter Store")


def test_a_missing_secret_is_noted_by_name_and_told_to_nobody_outside(centre):
    page = centre.page("100").signs_in()
    centre.world = replace(centre.world, carriers={"twilio": NoSoftphone()})
    answer = centre.asks("POST", "/agent/softphone-credentials", {}, token=page.token)
    assert (answer.status, answer.json["error"]) == (500, "NotConfigured")
    assert "secret" not in answer.text
    message, facts = centre.watch.notes[-1]
    assert (message, facts["error"]) == ("a request failed by our fault", "NotConfigured")
    assert "twilio/api-key" in facts["why"]


def test_a_carrier_that_this_deployment_does_not_have_is_not_found(centre):
    centre.world = replace(centre.world, carriers={})
    answer = centre.asks("POST", "/carriers/twilio/voice", b"CallSid=CA1", headers={"Content-Type": FORM})
    assert (answer.status, answer.json["error"]) == (404, "NotFound")
    assert "does not have this carrier" in answer.json["message"]


def test_what_the_caller_did_wrong_is_not_our_operators_concern(centre):
    assert centre.asks("GET", "/agent/state").status == 401
    assert centre.watch.notes == []
