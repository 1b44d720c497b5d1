"""Answers challenges and remembers them, so that later requests carry proof at once; one thread.

Sources: RFC 3261 s. 22.1 to 22.3, RFC 7616 s. 3.4 and 3.6, RFC 8760 s. 2.4 (several challenges).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from telephony.sip.authentication.digest import (
    Credentials,
    DigestInput,
    digest_response,
    is_known_algorithm,
)
from telephony.sip.errors import AuthenticationError, SipSyntaxError
from telephony.sip.message.headers import Headers
from telephony.sip.message.message import Request, Response
from telephony.sip.values.challenge import AuthValue, make_credentials
from telephony.sip.values.grammar import quote

_FIELDS = {
    401: ("WWW-Authenticate", "Authorization"),
    407: ("Proxy-Authenticate", "Proxy-Authorization"),
}
_MOST_REALMS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A realm that has challenged us, and how far its nonce is used.

    field: the header in which the proof goes. count: uses of the nonce so far. is_proven: whether
    the server has taken our proof before, so that the password is right.
    """

    field: str
    realm: str
    nonce: str
    opaque: str
    algorithm: str
    qop: str
    count: int = 0
    is_proven: bool = False


def _by_realm(credentials: Iterable[Credentials]) -> list[Credentials]:
    """Return those of a realm of its own before those for any."""
    return sorted(credentials, key=lambda known: not known.realm)


class Authenticator:
    """The credentials of one account and the challenges that it met."""

    def __init__(self, credentials: Iterable[Credentials], *, allow_md5: bool = True) -> None:
        """Know no challenge yet; without ``allow_md5`` a server that asks for MD5 is refused."""
        self._credentials = _by_realm(credentials)
        self._allow_md5 = allow_md5
        self._spaces: dict[tuple[str, str], Space] = {}

    def adopt(self, credentials: Iterable[Credentials]) -> None:
        """Prove by ``credentials`` from now on; what others were challenged for is forgotten."""
        adopted = _by_realm(credentials)
        if adopted != self._credentials:
            self._credentials = adopted
            self.forget()

    def prepare(self, request: Request, cnonce: str) -> Request:
        """Return the request with proof for every realm that is known to want it.

        Proof that stands there already is made anew. cnonce: random text, new for each request.
        """
        headers = request.headers.without("Authorization", "Proxy-Authorization")
        for key, space in self._spaces.items():
            used = replace(space, count=space.count + 1)
            self._spaces[key] = used
            headers = headers.with_(used.field, str(self._proof(used, request, cnonce)))
        return replace(request, headers=headers)

    def answer(self, request: Request, response: Response, cnonce: str) -> Request:
        """Return ``request`` with proof for what 401 or 407 asks, to be sent anew.

        The caller gives it a new branch and the next CSeq number (RFC 3261 s. 22.2). Raises
        AuthenticationError when nothing can be answered, or when the password was wrong: the
        server did not take the proof that was made for its own challenge.
        """
        challenges, proof = _FIELDS[response.status]
        chosen = self._choose(response, challenges)
        if not chosen:
            raise AuthenticationError(f"{challenges}: no challenge that can be answered")
        for challenge in chosen:
            self._refuse_wrong_password(request.headers, proof, challenge)
            self._learn(challenge, proof)
        return self.prepare(request, cnonce)

    def accepted(self, response: Response) -> None:
        """Note that the proof was taken, and the next nonce when one is named (RFC 7616 s. 3.5)."""
        for key, space in self._spaces.items():
            self._spaces[key] = replace(space, is_proven=True)
        for name, proof in (
            ("Authentication-Info", "Authorization"),
            ("Proxy-Authentication-Info", "Proxy-Authorization"),
        ):
            value = response.headers.get(name)
            if value and (nonce := _next_nonce(value)):
                for key, space in self._spaces.items():
                    if key[0] == proof:
                        self._spaces[key] = replace(space, nonce=nonce, count=0)

    def forget(self) -> None:
        """Forget every challenge: another server, or new credentials."""
        self._spaces.clear()

    def _choose(self, response: Response, name: str) -> list[AuthValue]:
        """Return the first challenge of each realm that can be answered (RFC 8760 s. 2.4)."""
        chosen: dict[str, AuthValue] = {}
        for challenge in _readable(response, name):
            realm = challenge.get("realm")
            if realm not in chosen and self._can_answer(challenge, realm):
                chosen[realm] = challenge
        return list(chosen.values())[:_MOST_REALMS]

    def _can_answer(self, challenge: AuthValue, realm: str) -> bool:
        algorithm = challenge.get("algorithm")
        weak = algorithm.upper().removesuffix("-SESS") in ("", "MD5")
        return (
            challenge.is_digest
            and bool(challenge.get("nonce"))
            and is_known_algorithm(algorithm)
            and (self._allow_md5 or not weak)
            and _qop(challenge) is not None
            and any(known.fits(realm) for known in self._credentials)
        )

    def _refuse_wrong_password(self, headers: Headers, proof: str, challenge: AuthValue) -> None:
        """A nonce that was used before may have run out; a fresh one cannot have."""
        realm = challenge.get("realm")
        sent = any(f"realm={quote(realm)}" in value for value in headers.all(proof))
        space = self._spaces.get((proof, realm))
        stale = challenge.get("stale").lower() == "true"
        if sent and space is not None and space.count <= 1 and not (stale or space.is_proven):
            raise AuthenticationError(f"{realm}: user name or password is wrong")

    def _learn(self, challenge: AuthValue, proof: str) -> None:
        realm = challenge.get("realm")
        key = (proof, realm)
        if key not in self._spaces and len(self._spaces) >= _MOST_REALMS:
            self._spaces.pop(next(iter(self._spaces)))
        self._spaces[key] = Space(
            field=proof,
            realm=realm,
            nonce=challenge.get("nonce"),
            opaque=challenge.get("opaque"),
            algorithm=challenge.get("algorithm"),
            qop=_qop(challenge) or "",
        )

    def _proof(self, space: Space, request: Request, cnonce: str) -> AuthValue:
        credentials = next(known for known in self._credentials if known.fits(space.realm))
        said = DigestInput(
            method=request.method,
            uri=request.target,
            realm=space.realm,
            nonce=space.nonce,
            algorithm=space.algorithm,
            qop=space.qop,
            cnonce=cnonce,
            count=space.count,
        )
        items = [
            ("username", credentials.user),
            ("realm", space.realm),
            ("nonce", space.nonce),
            ("uri", request.target),
            ("response", digest_response(credentials, said)),
        ]
        items += [("algorithm", space.algorithm)] if space.algorithm else []
        items += [("opaque", space.opaque)] if space.opaque else []
        if space.qop or space.algorithm.upper().endswith("-SESS"):
            items.append(("cnonce", cnonce))
        if space.qop:
            items += [("qop", space.qop), ("nc", said.count_text)]
        return make_credentials("Digest", tuple(items))


def _qop(challenge: AuthValue) -> str | None:
    """Return ``auth``, ``""`` when the server offers no choice, None when it is beyond us."""
    offered = [text.strip().lower() for text in challenge.get("qop").split(",") if text.strip()]
    if not offered:
        return ""
    return "auth" if "auth" in offered else None


def _readable(response: Response, name: str) -> list[AuthValue]:
    """Return the challenges that can be read; one that cannot spoils no other."""
    found: list[AuthValue] = []
    for value in response.headers.all(name):
        one = replace(response, headers=Headers(((name, value),)))
        try:
            found += one.auth_values(name)
        except SipSyntaxError:
            continue
    return found


def _next_nonce(value: str) -> str:
    """Return the nextnonce of an Authentication-Info value, which has no scheme."""
    probe = Response(status=200, headers=Headers((("Authentication-Info", f"Digest {value}"),)))
    found = _readable(probe, "Authentication-Info")
    return found[0].get("nextnonce") if found else ""
