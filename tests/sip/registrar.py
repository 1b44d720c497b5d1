"""A small exchange for tests: asks for a password, keeps bindings, forwards nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from telephony.sip.authentication.digest import Credentials, DigestInput, digest_response
from telephony.sip.message.headers import Field
from telephony.sip.message.message import AnyMessage, Request, Response
from telephony.sip.message.reply import reply
from telephony.sip.transaction.hop import Hop
from telephony.sip.values.challenge import AuthValue


@dataclass
class Registrar:
    """Answers REGISTER and INVITE when the digest is right, and each nonce for some uses only."""

    credentials: Credentials
    algorithm: str = "SHA-256"
    nonce_uses: int = 3
    heard: list[Request] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    bindings: dict[str, int] = field(default_factory=dict)
    _nonce: int = 0
    _uses: int = 0

    def __call__(self, message: AnyMessage, source: Hop) -> list[tuple[AnyMessage, Hop]]:
        if not isinstance(message, Request) or message.method == "ACK":
            return []
        self.heard.append(message)
        answer = self._answer(message)
        self.statuses.append(answer.status)
        return [(answer, source)]

    def _answer(self, request: Request) -> Response:
        proof = next(iter(request.auth_values("Authorization")), None)
        if proof is None or not self._is_right(request, proof):
            return self._challenge(request, stale=False)
        if proof.get("nonce") != str(self._nonce) or self._uses >= self.nonce_uses:
            return self._challenge(request, stale=True)
        self._uses += 1
        assert proof.get("nc") == f"{self._uses:08x}"
        if request.method == "REGISTER":
            return self._bind(request)
        return reply(request, 486, to_tag="x")

    def _bind(self, request: Request) -> Response:
        (contact,) = request.contacts
        seconds = contact.expires or 0
        self.bindings = {str(contact.uri): seconds} if seconds else {}
        headers: tuple[Field, ...] = tuple(
            ("Contact", f"<{uri}>;expires={left}") for uri, left in self.bindings.items()
        )
        return reply(request, 200, to_tag="x", headers=headers)

    def _challenge(self, request: Request, *, stale: bool) -> Response:
        self._nonce += 1
        self._uses = 0
        more = ", stale=true" if stale else ""
        value = f'Digest realm="pbx", nonce="{self._nonce}", algorithm={self.algorithm}, qop="auth"'
        return reply(request, 401, to_tag="x", headers=(("WWW-Authenticate", value + more),))

    def _is_right(self, request: Request, proof: AuthValue) -> bool:
        said = DigestInput(
            method=request.method,
            uri=proof.get("uri"),
            realm="pbx",
            nonce=proof.get("nonce"),
            algorithm=self.algorithm,
            qop="auth",
            cnonce=proof.get("cnonce"),
            count=int(proof.get("nc"), 16),
        )
        return proof.get("response") == digest_response(self.credentials, said)
