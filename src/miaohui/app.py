"""The composition root: every domain's routes and pages, and the life of the web process."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import Litestar, Request, route
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware

import miaohui.job_kinds  # noqa: F401  importing declares every kind of job, so that routes can stage them
from miaohui import __version__
from miaohui.care.aftersales.routes import route_handlers as aftersales_api
from miaohui.care.compensation.routes import route_handlers as compensation_api
from miaohui.care.insurance.routes import route_handlers as insurance_api
from miaohui.commerce.cart.routes import route_handlers as cart_api
from miaohui.commerce.catalogue.routes import route_handlers as catalogue_api
from miaohui.commerce.checkout.routes import route_handlers as checkout_api
from miaohui.commerce.fulfilment.routes import route_handlers as fulfilment_api
from miaohui.commerce.inventory.routes import route_handlers as inventory_api
from miaohui.commerce.merchants.routes import route_handlers as merchants_api
from miaohui.commerce.orders.routes import route_handlers as orders_api
from miaohui.commerce.promotions.routes import route_handlers as promotions_api
from miaohui.commerce.sponsorships.actions.show_sponsor import sponsor_card
from miaohui.commerce.sponsorships.routes import route_handlers as sponsorships_api
from miaohui.commerce.storefront.routes import route_handlers as storefront_api
from miaohui.consoles.creator import pages as creator_pages
from miaohui.consoles.market import aftersales_pages
from miaohui.consoles.market import pages as market_pages
from miaohui.consoles.merchant import pages as merchant_pages
from miaohui.consoles.merchant.routes import route_handlers as merchant_api
from miaohui.consoles.operator import money_pages as operator_money_pages
from miaohui.consoles.operator import pages as operator_pages
from miaohui.consoles.operator.routes import route_handlers as operator_api
from miaohui.demo import pages as demo_pages
from miaohui.demo.residents import Residents
from miaohui.demo.routes import route_handlers as demo_api
from miaohui.discovery.feed import pages as feed_pages
from miaohui.discovery.feed import watch_page
from miaohui.discovery.feed.interests import names_of_interests
from miaohui.discovery.feed.live import LiveFeed
from miaohui.discovery.feed.routes import route_handlers as feed_api
from miaohui.health import backlog, healthz
from miaohui.hooks import Hooks
from miaohui.kit.clock import Clock
from miaohui.kit.edge import EdgeMiddleware
from miaohui.kit.errors import NotFound
from miaohui.kit.http import ViewerMiddleware, exception_handlers, member_of, viewer_of
from miaohui.kit.http.dependencies import resolve_one_by_one
from miaohui.kit.http.description import ProblemResponses, openapi_config
from miaohui.kit.i18n import load_catalogues
from miaohui.kit.media_server import media_route
from miaohui.kit.metrics import Metrics, metrics
from miaohui.kit.outbox import Dispatcher
from miaohui.kit.rate_limits import InProcessRateLimits
from miaohui.kit.realtime import Realtime
from miaohui.kit.siblings import open_siblings
from miaohui.media.comments.routes import route_handlers as comments_api
from miaohui.media.profiles.routes import route_handlers as profiles_api
from miaohui.media.reactions.routes import route_handlers as reactions_api
from miaohui.media.uploads.routes import route_handlers as uploads_api
from miaohui.media.videos.routes import route_handlers as videos_api
from miaohui.money.payments import pages as payments_pages
from miaohui.money.payments.routes import route_handlers as payments_api
from miaohui.money.payments.services import Payments
from miaohui.money.settlement.routes import route_handlers as settlement_api
from miaohui.people.accounts import pages as accounts_pages
from miaohui.people.accounts.routes import route_handlers as accounts_api
from miaohui.people.accounts.services import AccountServices
from miaohui.people.accounts.sessions import Sessions
from miaohui.people.graph import pages as graph_pages
from miaohui.people.graph.routes import route_handlers as graph_api
from miaohui.people.nearby import pages as nearby_pages
from miaohui.people.nearby.routes import route_handlers as nearby_api
from miaohui.people.shake import pages as shake_pages
from miaohui.people.shake.access import PROVEN_AFTER
from miaohui.people.shake.open_ground import open_ground
from miaohui.people.shake.routes import route_handlers as shake_api
from miaohui.people.shake.service import Shaking
from miaohui.services import Services
from miaohui.settings import Settings
from miaohui.subscriptions import pushes
from miaohui.talk.calls import pages as calls_pages
from miaohui.talk.calls.routes import route_handlers as calls_api
from miaohui.talk.messaging import pages as messaging_pages
from miaohui.talk.messaging.live import LiveInboxes
from miaohui.talk.messaging.routes import route_handlers as messaging_api
from miaohui.talk.moments import pages as moments_pages
from miaohui.talk.moments.routes import route_handlers as moments_api
from miaohui.talk.notifications import pages as notification_pages
from miaohui.talk.notifications.routes import route_handlers as notifications_api
from miaohui.talk.stickers import pages as sticker_pages
from miaohui.talk.stickers.routes import route_handlers as stickers_api
from miaohui.topics import register_topics
from miaohui.web import pages as web_pages
from miaohui.web.site import open_assets, open_renderer

_PACKAGE = Path(__file__).parent

ROUTES: Sequence[Any] = [
    healthz,
    metrics,
    *web_pages.route_handlers,
    *accounts_api,
    *graph_api,
    *calls_api,
    *shake_api,
    *nearby_api,
    *notifications_api,
    *stickers_api,
    *notification_pages.route_handlers,
    *sticker_pages.route_handlers,
    *moments_api,
    *messaging_api,
    *messaging_pages.route_handlers,
    *uploads_api,
    *videos_api,
    *reactions_api,
    *comments_api,
    *profiles_api,
    *fulfilment_api,
    *aftersales_api,
    *compensation_api,
    *insurance_api,
    *feed_api,
    *payments_api,
    *settlement_api,
    *cart_api,
    *checkout_api,
    *orders_api,
    *payments_pages.route_handlers,
    *merchants_api,
    *catalogue_api,
    *storefront_api,
    *inventory_api,
    *promotions_api,
    *sponsorships_api,
    *accounts_pages.route_handlers,
    *shake_pages.route_handlers,
    *nearby_pages.route_handlers,
    *graph_pages.route_handlers,
    *calls_pages.route_handlers,
    *feed_pages.route_handlers,
    *moments_pages.route_handlers,
    *watch_page.route_handlers,
    *market_pages.route_handlers,
    *aftersales_pages.route_handlers,
    *merchant_api,
    *merchant_pages.route_handlers,
    *operator_api,
    *operator_pages.route_handlers,
    *operator_money_pages.route_handlers,
    *creator_pages.route_handlers,
]
"""Every domain's API and pages, in the order of the floors."""

DEMO_ROUTES: Sequence[Any] = [*demo_api, *demo_pages.route_handlers]
"""Only where `settings.demo` says so: they let anybody be anybody of the town."""


def create_app(settings: Settings, *, clock: Clock | None = None) -> Litestar:
    """Build the web application; nothing starts before its lifespan begins."""
    services = Services(settings, clock=clock)
    services.migrate()
    sessions = Sessions(services.db)
    siblings = open_siblings(settings)
    realtime = Realtime(db=services.db, authenticate=sessions.authenticate, siblings=siblings)
    register_topics(realtime)
    catalogues = load_catalogues(_PACKAGE / "locale")
    assets = open_assets(catalogues)
    renderer = open_renderer(assets, catalogues, demo=settings.demo, media_origin=_origin(settings.s3_endpoint))
    collected = Metrics()
    collected.watch_writes(services.db.stats)
    collected.watch_sockets(realtime.stats)
    collected.watch_backlog(lambda: msgspec.structs.asdict(services.db.read_sync(backlog)))
    secure = settings.base_url.startswith("https://")
    feed = LiveFeed(db=services.db, blobs=services.blobs, clock=services.clock, signer=services.signer)
    state = {
        "accounts": AccountServices(settings, sessions=sessions),
        "assets": assets,
        "feed": feed,
        "metrics": collected,
        "payments": Payments(services.db, settings),
        "inboxes": LiveInboxes(services.db, realtime, services.subscriptions),
        "limiter": InProcessRateLimits(services.clock),
        "realtime": realtime,
        "renderer": renderer,
        "services": services,
        "sessions": sessions,
        "siblings": siblings,
        "shaking": Shaking(
            db=services.db,
            clock=services.clock,
            hooks=_hooks(feed),
            proven_after=_proven_after(settings),
            ground=open_ground(settings),
        ),
    }
    who_is_asking = DefineMiddleware(
        ViewerMiddleware,
        authenticate=sessions.authenticate,
        signer=services.signer,
        default_locale=settings.locale,
        secure=secure,
    )
    return Litestar(
        [
            *ROUTES,
            *(DEMO_ROUTES if settings.demo else ()),
            media_route(services.blobs),
            realtime.route_handler(),
            unknown_address,
        ],
        dependencies=_dependencies(),
        exception_handlers=exception_handlers(),
        lifespan=[_life],
        logging_config=None,
        on_startup=[resolve_one_by_one],
        middleware=[DefineMiddleware(EdgeMiddleware, metrics=collected, secure=secure), who_is_asking],
        openapi_config=openapi_config(__version__),
        plugins=[ProblemResponses()],
        state=State(state),
    )


@asynccontextmanager
async def _life(app: Litestar) -> AsyncIterator[None]:
    """Everything that runs beside the requests, started in order and stopped in reverse."""
    services: Services = app.state.services
    realtime: Realtime = app.state.realtime
    with services:
        await realtime.start()
        told = pushes(realtime=realtime, db=services.db, sessions=app.state.sessions, shaking=app.state.shaking)
        dispatcher = Dispatcher(services.db, services.subscriptions, told)
        await dispatcher.start()
        await app.state.inboxes.start()
        await app.state.feed.start()
        await app.state.shaking.start()
        residents = Residents(
            db=services.db, clock=services.clock, shaking=app.state.shaking, siblings=app.state.siblings
        )
        if services.settings.demo:
            await residents.start()
        try:
            yield
        finally:
            await residents.stop()
            await app.state.shaking.stop()
            await app.state.feed.stop()
            await app.state.inboxes.stop()
            await dispatcher.stop()
            await realtime.stop()
            app.state.accounts.close()
            app.state.payments.close()


@route(
    "/{path:path}",
    http_method=["POST", "PUT", "PATCH", "DELETE"],
    include_in_schema=False,
    sync_to_thread=False,
)
def unknown_address(path: str) -> None:
    """Refuse what no other route takes, so that a person sees our page and stays signed in."""
    raise NotFound


def _hooks(feed: LiveFeed) -> Hooks:
    """What upper floors contribute to lower ones."""
    return Hooks(interests_of=partial(names_of_interests, feed), sponsor_card=sponsor_card)


def _proven_after(settings: Settings) -> timedelta:
    """How old an account must be to meet strangers near by; a demo town has none that old."""
    return timedelta(0) if settings.demo else PROVEN_AFTER


def _dependencies() -> dict[str, Provide]:
    def from_services(name: str) -> Provide:
        def provide(state: State) -> Any:
            return getattr(state.services, name)

        return Provide(provide, sync_to_thread=False)

    def from_state(name: str) -> Provide:
        def provide(state: State) -> Any:
            return state[name]

        return Provide(provide, sync_to_thread=False)

    return {
        **{name: from_services(name) for name in ("db", "blobs", "settings", "clock", "signer")},
        **{
            name: from_state(name)
            for name in ("realtime", "limiter", "sessions", "accounts", "feed", "payments", "shaking")
        },
        "viewer": Provide(_viewer, sync_to_thread=False),
        "member": Provide(_member, sync_to_thread=False),
    }


def _viewer(request: Request[Any, Any, Any]) -> Any:
    return viewer_of(request)


def _member(request: Request[Any, Any, Any]) -> Any:
    return member_of(request)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
