"""A configuration that could not work is refused when it is applied, not when its first call has ended."""

from dataclasses import replace

import pytest

from chalicelib.core.ground.mistakes import MistakesFound
from chalicelib.usecases.configure import publish_plugin
from local.publishing import Publisher
from tests.fakes.centre import SECRETS, Centre
from tests.fakes.outside import MemorySecrets

BUSINESS = dict.fromkeys(("BUSINESS_URL", "BUSINESS_PAGES_URL"), "https://freight.example")


def applies(centre, **secrets):
    """The operator applies the demo configuration; give its version."""
    world = replace(centre.immortal, secrets=MemorySecrets(secrets))
    return Publisher(world, lambda _name, _wav: None, BUSINESS).apply().configuration.version


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
