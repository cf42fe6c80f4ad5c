"""A configuration that could not work is refused when it is applied, not when its first call has ended."""

import re
from dataclasses import replace

import pytest

from chalicelib.core.ground.errors import NotConfigured
from chalicelib.core.ground.mistakes import MistakesFound
from chalicelib.usecases.configure import publish_plugin
from local.publishing import DEMO_CENTRE, Publisher
from tests.fakes.centre import NUMBER, SECRETS, Centre
from tests.fakes.outside import MemorySecrets

BUSINESS = dict.fromkeys(("BUSINESS_URL", "BUSINESS_PAGES_URL"), "https://freight.example")


def applies(centre, **secrets):
    """The operator applies the demo configuration; give its version."""
    world = replace(centre.immortal, secrets=MemorySecrets(secrets))
    return Publisher(world, lambda _name, _wav: None, BUSINESS).apply().configuration.version


def applies_on(tmp_path, carriers, named=None, **secrets):
    """The operator of a deployment with these carriers applies the demo configuration, its carrier named so or not."""
    line = f"    flow: freight-waybill\n    carrier: {named}\n" if named else "    flow: freight-waybill\n"
    path = tmp_path / "centre.yaml"
    path.write_text(DEMO_CENTRE.read_text("utf-8").replace("    flow: freight-waybill\n", line), "utf-8")
    world = replace(Centre().immortal, carriers=carriers, secrets=MemorySecrets(secrets or SECRETS))
    return Publisher(world, lambda _name, _wav: None, BUSINESS).apply(path).configuration.numbers[NUMBER].carrier


class SetUp:
    """A carrier that has what it needs."""

    def check(self):
        return


class NotSetUp:
    """A carrier whose secret was never put there."""

    def check(self):
        raise NotConfigured("the secret 'plain/token' is not in Parameter Store")


def test_a_number_without_a_carrier_takes_the_only_one_there_is(tmp_path):
    assert applies_on(tmp_path, {"plain": SetUp()}) is None


def test_a_centre_can_be_configured_before_there_is_any_carrier(tmp_path):
    assert applies_on(tmp_path, {}) is None


def test_a_number_may_name_any_carrier_of_its_deployment(tmp_path):
    assert applies_on(tmp_path, {"plain": SetUp(), "twilio": SetUp()}, "plain") == "plain"


@pytest.mark.parametrize(
    ("carriers", "named", "told"),
    [
        (["twilio"], "twillio", "no carrier of this deployment is called so; did you mean 'twilio'?"),
        ([], "twilio", "no carrier of this deployment is called so"),
        (["twilio", "plain"], None, "is missing: this deployment has several carriers, plain and twilio"),
    ],
    ids=["a name that is none", "a deployment without any", "no name where there are two"],
)
def test_a_number_whose_carrier_is_not_there_is_told_with_its_line(tmp_path, carriers, named, told):
    with pytest.raises(MistakesFound) as refused:
        applies_on(tmp_path, dict.fromkeys(carriers, SetUp()), named)
    (mistake,) = map(str, refused.value.mistakes)
    assert re.search(rf"centre\.yaml:1[46]:[35]: numbers\.\{NUMBER}\.carrier: {re.escape(told)}\Z", mistake)


def test_a_carrier_that_is_not_set_up_is_told_with_what_it_lacks(tmp_path):
    with pytest.raises(MistakesFound, match=r"carrier: plain is not set up: the secret 'plain/token' is not in"):
        applies_on(tmp_path, {"plain": NotSetUp()})


def test_a_webhook_that_could_be_signed_is_taken():
    centre = Centre()
    assert applies(centre, **SECRETS) == centre.world.catalogue.centre().version == 2


@pytest.mark.parametrize(
    ("key", "told"),
    [("whsec_MTIz", "'business/webhook-key'.*has 3 bytes"), (None, "'business/webhook-key'")],
    ids=["a weak key", "no key"],
)
def test_a_webhook_that_could_never_be_signed_is_refused_and_the_old_configuration_stays(key, told):
    centre = Centre()
    secrets = {name: kept for name, kept in (SECRETS | {"business/webhook-key": key}).items() if kept}
    with pytest.raises(MistakesFound, match=told):
        applies(centre, **secrets)
    assert centre.world.catalogue.centre().version == 1


def test_a_webhook_that_could_never_be_told_is_refused_by_name_and_the_old_configuration_stays():
    centre = Centre()
    centre.webhooks.refused = ["business"]
    with pytest.raises(MistakesFound, match="The webhook business"):
        applies(centre, **SECRETS)
    assert centre.world.catalogue.centre().version == 1


def test_a_plugin_that_could_never_be_asked_is_refused_by_name_and_not_published():
    centre = Centre()
    centre.plugins.refused = ["inner"]
    with pytest.raises(MistakesFound, match="address: The plugin inner"):
        publish_plugin({"name": "inner", "address": "https://10.0.0.5/", "outputs": {"a": "a"}}, centre.world)
    assert "inner" not in centre.world.catalogue.plugins()


def test_when_the_laptop_starts_such_a_plugin_is_told_with_its_place_and_the_rest_is_published():
    centre = Centre()
    centre.plugins.refused = ["waybill"]
    published, [wrong] = Publisher(centre.immortal, lambda _name, _wav: None, BUSINESS).publish_what_can_be()
    assert any(line.startswith("echo version ") for line in published)
    assert "plugin waybill" not in published
    assert "waybill.yaml" in wrong.place
    assert "address: The plugin waybill may not be asked" in str(wrong)
