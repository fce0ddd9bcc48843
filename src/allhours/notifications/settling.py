"""Which notices are done: each room says for its own keys, by what the notice is about.

    @when_settled("needs.wish_noted")
    def no_longer_noted(codes: Collection[str]) -> Collection[str]: ...

`codes` are the parts behind the colon of `about` (“wish:7KQM” → “7KQM”); those that come back are
done. It is asked every few minutes, before mails leave, so that nobody is written to about a thing
that somebody else has dealt with.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

Resolver = Callable[[Collection[str]], Collection[str]]
RESOLVERS: dict[str, Resolver] = {}


def when_settled(*keys: str) -> Callable[[Resolver], Resolver]:
    def register(resolver: Resolver) -> Resolver:
        RESOLVERS.update(dict.fromkeys(keys, resolver))
        return resolver

    return register
