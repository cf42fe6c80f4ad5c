"""The laptop: the whole contact centre on one machine, its parts started in order and stopped in reverse."""

import asyncio
import os
import shutil
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from chalicelib.adapters.recordings import S3Media
from chalicelib.core.ground.mistakes import Mistake, MistakesFound
from chalicelib.usecases.configure import centre_in_force
from chalicelib.wiring import Parts, parts
from local import secrets_file
from local.aws.beginning import Beginning
from local.aws.embedded import EmbeddedAws, Engine
from local.aws.processes import free_port
from local.aws.pumps import Pumps, Timing
from local.business.app import make_app as make_business
from local.business.settings import BusinessSettings
from local.carriers import ACCOUNT_SID, DEMO_NUMBER, HOST, EmulatedTwilio, Here, LaptopCarrier
from local.gateway.pages import with_pages
from local.gateway.server import Gateway
from local.publishing import DEMO_CENTRE, FLOWS, Publisher, digest_of
from local.serving import Server

__all__ = ["ACCOUNT_SID", "DEMO_NUMBER", "HOST", "STANDARD_ADDRESSES", "Laptop", "LaptopSettings"]

_SHUTDOWN_SECONDS = 1.0

STANDARD_ADDRESSES: Mapping[str, str] = {
    "BUSINESS_URL": f"http://{HOST}:8020",
    "BUSINESS_PAGES_URL": f"http://{HOST}:8000/business",
}
"""What flows and configurations may name on a laptop that listens where it usually does."""


@dataclass(frozen=True, slots=True)
class LaptopSettings:
    """Where the laptop listens and keeps its data; port 0 takes a free one, no data folder forgets at the end.

    `speed` is how many times faster than in life prompts are spoken; `allow_private` are inner `host:port`s, commas
    between, that plugins and webhooks may go to, besides all of loopback.
    """

    gateway_port: int = 8000
    carrier_port: int = 8010
    business_port: int = 8020
    data: Path | None = None
    engine: Engine = "best"
    speed: float = 1.0
    allow_private: str = ""
    timing: Timing = field(default_factory=Timing)


class Laptop:
    """Started, it is a running contact centre with a carrier to call it and a business system to ask."""

    gateway: Gateway
    """From the start on: stopped and started again, it is away for a while, and everything else goes on."""

    def __init__(
        self,
        settings: LaptopSettings,
        show: Callable[[str], None] | None = None,
        carrier: LaptopCarrier | None = None,
    ) -> None:
        """`carrier` is the emulated Twilio unless another is given."""
        self._settings = settings
        self.carrier = carrier or EmulatedTwilio(settings.speed)
        self._show = show
        self._running = ExitStack()
        self._centre = ExitStack()
        self._beginning: Beginning | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.gateway_port = settings.gateway_port or free_port()
        self.carrier_port = settings.carrier_port or free_port()
        self.business_port = settings.business_port or free_port()
        self.secrets: Mapping[str, str] = {}
        self.mistakes: tuple[Mistake, ...] = ()
        """What could not be published at the start; everything else was."""
        self.aws = EmbeddedAws(settings.data, settings.engine, optional_queues=self.carrier.queues)

    @property
    def url(self) -> str:
        """The contact centre's address."""
        return f"http://{HOST}:{self.gateway_port}"

    @property
    def carrier_url(self) -> str:
        """The address of the carrier's phone page; of the emulated one it is the carrier's own."""
        return f"http://{HOST}:{self.carrier_port}"

    @property
    def business_url(self) -> str:
        """The sample business system's address."""
        return f"http://{HOST}:{self.business_port}"

    @property
    def parts(self) -> Parts:
        """The product's own parts, as its functions see them."""
        return parts()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything; what was begun is ended if something fails."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything, the last started first."""
        self._centre.close()
        self._running.close()
        parts.cache_clear()

    def begin_again(self) -> None:
        """Put everything back to how it was when the centre had just been published: nothing has happened yet.

        All that runs here is ended first, and made anew, so that nothing from before arrives after; only the processes
        that keep the table, the queues and the buckets stay, emptied.
        """
        try:
            self._begin_again()
        except BaseException:
            self.stop()
            raise

    def environment(self) -> Mapping[str, str]:
        """The variables under which the product finds its stack."""
        return {
            **self.aws.environment(),
            "ICALL_PUBLIC_URL": self.url,
            "ICALL_SOCKETS_URL": self.url,
            **self.carrier.environment(),
            "ICALL_SECRETS_FILE": str(self._secrets_path),
            "ICALL_ALLOW_PRIVATE": f"loopback,{self._settings.allow_private}",
            "ICALL_DYNAMODB_ENDPOINT": self.aws.endpoints.dynamodb,
            "ICALL_S3_ENDPOINT": self.aws.endpoints.s3,
            "ICALL_SQS_ENDPOINT": self.aws.endpoints.sqs,
        }

    def addresses(self) -> Mapping[str, str]:
        """What flows and configurations may name: the business system, and its pages below our own origin."""
        return {"BUSINESS_URL": self.business_url, "BUSINESS_PAGES_URL": f"{self.url}/business"}

    def publisher(self) -> Publisher:
        """What publishes flows and configurations here."""
        media = S3Media(os.environ["ICALL_MEDIA_BUCKET"], os.environ["AWS_REGION"], self.aws.endpoints.s3)
        return Publisher(self.parts.world, media.put_media, {**os.environ, **self.addresses()})

    def _start(self) -> None:
        self.secrets = secrets_file.ensure(self._secrets_path)
        self._running.enter_context(self.aws)
        self._start_loop()
        self._open()

    def _begin_again(self) -> None:
        self._centre.close()
        self.aws.empty()
        if self._business_data:
            shutil.rmtree(self._business_data, ignore_errors=True)
        shutil.rmtree(self.folder / "carrier", ignore_errors=True)
        if self._beginning:
            self.aws.put_back(self._beginning)
        self._open()

    def _open(self) -> None:
        """Start everything that keeps something in mind."""
        self.carrier.prepare(self._here())
        os.environ.update(self.environment())
        parts.cache_clear()
        self._publish()
        import app  # noqa: PLC0415 - the front door reads its settings when it is opened

        pages = with_pages(self.carrier.telephone(), self._start_page(), self.business_url)
        self.gateway = Gateway(pages, app.app, HOST, self.gateway_port)
        self._centre.enter_context(self.gateway)
        self._centre.enter_context(Pumps(self.aws, app.app, self._settings.timing))
        self._serve(make_business(self._business()), self.business_port)
        self.carrier.open()

    @cached_property
    def folder(self) -> Path:
        """Where everything is kept; a laptop that forgets takes it away at its end."""
        return self._settings.data or Path(self._running.enter_context(TemporaryDirectory(prefix="icall-")))

    @property
    def _secrets_path(self) -> Path:
        return self.folder / "secrets.json"

    def _here(self) -> Here:
        return Here(
            url=self.url,
            page_port=self.carrier_port,
            aws=self.aws,
            secrets=self.secrets,
            folder=self.folder / "carrier",
            logs=self.folder / "logs",
            serve=self._serve,
            running=self._centre,
            show=self._show,
        )

    def _start_page(self) -> Mapping[str, Any]:
        """Give what the start page has to know: where the phone page is, and which telephones may register."""
        return {"phone": f"{self.carrier_url}/", "telephones": [asdict(each) for each in self.carrier.telephones()]}

    def _publish(self) -> None:
        publisher, marker = self.publisher(), self._marker()
        digest = digest_of([FLOWS, DEMO_CENTRE.parent], publisher.settings)
        published = bool(self.parts.world.catalogue.flow_names())
        # What a table of an older form has in force cannot be read any more; what happened in it stays.
        older = self.parts.world.catalogue.version() > 0 and centre_in_force(self.parts.world) is None
        if published and not older and (marker is None or (marker.exists() and marker.read_text("utf-8") == digest)):
            return
        _, wrong = publisher.publish_what_can_be(FLOWS)
        try:
            publisher.apply(DEMO_CENTRE)
        except MistakesFound as found:
            wrong += found.mistakes
        self.mistakes = tuple(wrong)
        if not published:
            self._beginning = self.aws.beginning()
        if marker and not wrong:
            marker.write_text(digest, "utf-8")

    def _marker(self) -> Path | None:
        return self._settings.data / "published" if self._settings.data else None

    @property
    def _business_data(self) -> Path | None:
        return self._settings.data / "business" if self._settings.data else None

    def _business(self) -> BusinessSettings:
        return BusinessSettings(
            api_key=self.secrets["business/api-key"],
            webhook_secret=self.secrets["business/webhook-key"],
            icall_url=self.url,
            icall_api_key=self.secrets["business/api-key"],
            data_dir=self._business_data,
        )

    def _start_loop(self) -> None:
        loop = self._loop = asyncio.new_event_loop()
        self._running.callback(loop.close)
        thread = threading.Thread(target=loop.run_forever, name="laptop", daemon=True)
        thread.start()
        self._running.callback(thread.join)
        self._running.callback(loop.call_soon_threadsafe, loop.stop)

    def _serve(self, application: web.Application, port: int) -> None:
        server = Server(application, _SHUTDOWN_SECONDS)
        self._centre.callback(lambda: self._wait_for(server.end()))
        self._wait_for(server.listen(HOST, port))

    def _wait_for(self, work: Awaitable[Any]) -> None:
        async def done() -> None:
            await work

        if self._loop:
            asyncio.run_coroutine_threadsafe(done(), self._loop).result()
