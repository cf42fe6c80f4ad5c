"""The one door for people and machines: every route of theirs is asked through it."""

from collections.abc import Callable, Mapping

from chalicelib.core.centre.who import Who
from chalicelib.entrypoints.http import Reply, Request
from chalicelib.entrypoints.routes import Proof, Route
from chalicelib.ports import World
from chalicelib.usecases.prove import prove_key, prove_session

_PROOFS: Mapping[Proof, Callable[[str, World], Who]] = {Proof.SESSION: prove_session, Proof.API_KEY: prove_key}


def authorised(request: Request, route: Route, world: World) -> Who:
    """Give who asks, if they are proved as the route wants it and may ask this, now.

    Raises:
        NotProved: no token, or one that is not good, or nobody's any more.
        NotPermitted: known, and without any permission that the route needs.
    """
    who = _PROOFS[route.proof](request.bearer(), world)
    who.needs(*route.needs)
    return who


def let_in(request: Request, route: Route, world: World) -> Reply:
    """Answer a request of a person or a machine; who is only about to sign in is proved by that."""
    if route.proof is Proof.SIGNING_IN:
        return route.handler()(request, world)
    return route.handler()(request, authorised(request, route, world), world)
