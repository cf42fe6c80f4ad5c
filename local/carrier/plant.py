"""What every part of the exchange stands on: settings, time, ids, webhooks, journal."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from local.carrier.faults import Faults
from local.carrier.ids import Ids
from local.carrier.journal import Journal
from local.carrier.messages import Transport
from local.carrier.scheduling import Time
from local.carrier.settings import CarrierSettings
from local.carrier.twilio_webhooks import Webhooks

API_VERSION = "2010-04-01"


@dataclass(frozen=True, slots=True)
class Plant:
    """The shared ground; made once for an exchange."""

    settings: CarrierSettings
    time: Time
    ids: Ids
    webhooks: Webhooks
    faults: Faults
    journal: Journal

    @classmethod
    def build(
        cls,
        settings: CarrierSettings,
        transport: Transport,
        time: Time,
        journal: Journal,
        seed: int | None,
    ) -> "Plant":
        """Lay the ground."""
        ids, faults = Ids(seed), Faults()
        webhooks = Webhooks(
            time=time,
            transport=transport,
            auth_token=settings.auth_token,
            shared_key=settings.shared_key,
            faults=faults,
            journal=journal,
            ids=ids,
        )
        return cls(settings, time, ids, webhooks, faults, journal)

    @property
    def account_uri(self) -> str:
        """The path below which the account's resources live."""
        return f"/{API_VERSION}/Accounts/{self.settings.account_sid}"

    def error(self, code: int, message: str, about: str) -> None:
        """Put a provider error into the journal."""
        self.webhooks.error(code, message, about)


def rfc2822(moment: float) -> str:
    """A moment as the carrier writes it in callbacks and resources."""
    return format_datetime(datetime.fromtimestamp(moment, UTC))
