"""The freight company's system, put together: every address it answers stands here."""

from aiohttp import web

from local.business.hooks import (
    FAILURES,
    WEBHOOK_KEY,
    Failures,
    fail_next,
    list_received,
    receive,
    webhook_key,
)
from local.business.misbehaviour import MOOD, Mood, misbehave, moody, trap
from local.business.pages import page_routes
from local.business.register import STORE, authenticate, get_customer, get_waybill, list_customers
from local.business.requests import SETTINGS
from local.business.settings import BusinessSettings
from local.business.sign_on import contact_centre, login, show_contact_centre
from local.business.staff import STAFF, show_session
from local.business.store import Store
from local.business.work_orders import list_work_orders, post_work_order


def make_app(settings: BusinessSettings) -> web.Application:
    """The whole system; it begins with what its data folder kept."""
    app = web.Application()
    app[SETTINGS] = settings
    app[STORE] = Store(settings.data_dir)
    app[STAFF] = {}
    app[MOOD] = Mood()
    app[FAILURES] = Failures()
    app[WEBHOOK_KEY] = webhook_key(settings.webhook_secret)
    app.cleanup_ctx.append(contact_centre)
    app.add_routes(
        [
            web.get("/api/waybills/{number}", moody(get_waybill)),
            web.get("/api/customers", get_customer),
            web.post("/api/authentications", moody(authenticate)),
            web.post("/api/work-orders", post_work_order),
            web.get("/api/work-orders", list_work_orders),
            web.post("/hooks/icall", receive),
            web.get("/hooks/received", list_received),
            web.post("/hooks/fail", fail_next),
            web.get("/api/customers/all", list_customers),
            web.get("/api/session", show_session),
            web.post("/login", login),
            web.get("/api/contact-centre", show_contact_centre),
            web.post("/demo/misbehave", misbehave),
            web.get("/demo/trap", trap),
            *page_routes(),
        ]
    )
    return app


async def start(settings: BusinessSettings, host: str = "127.0.0.1", port: int = 0) -> web.AppRunner:
    """Serve until `await runner.cleanup()`; with port 0 the system chooses one: `runner.addresses` tells.

    There is no access log: it would write callers' telephone numbers, which stand in query strings.
    """
    runner = web.AppRunner(make_app(settings), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner
