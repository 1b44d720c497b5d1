"""What a telephone registers: its address of record and its contact; pure, any thread.

Sources: RFC 3261 s. 10.2, RFC 5626 s. 4.1 and 4.2 (instance and reg-id), RFC 3327 (Path).
"""

from __future__ import annotations

from dataclasses import dataclass

from telephony.sip.dialog.dialog import MAX_FORWARDS
from telephony.sip.message.headers import Field, Headers
from telephony.sip.message.message import Request, Response
from telephony.sip.values.address import Address
from telephony.sip.values.cseq import CSeq
from telephony.sip.values.parameters import NO_PARAMETERS
from telephony.sip.values.uri import SipUri

USUAL_EXPIRES = 3600
"""RFC 3261 s. 10.2: seconds, when nobody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One registration.

    address_of_record: From and To. registrar: Request-URI, a domain without user. contact: where
    we are reached. call_id: the same for all its requests. from_tag: the same too.
    expires: seconds that we ask for. instance: ``urn:uuid:...`` of this telephone, ``""`` without
    RFC 5626. reg_id: number of the flow, with an instance only; 0 where the way to the registrar
    knows no flows.
    """

    address_of_record: Address
    registrar: SipUri
    contact: SipUri
    call_id: str
    from_tag: str
    expires: int = USUAL_EXPIRES
    instance: str = ""
    reg_id: int = 1

    def register(self, number: int, *, expires: int, routes: tuple[str, ...] = ()) -> Request:
        """Return a REGISTER, still without Via; expires 0 removes this binding alone."""
        fields: list[Field] = [("Route", route) for route in routes]
        fields += [
            ("Max-Forwards", str(MAX_FORWARDS)),
            ("From", str(self.address_of_record.with_tag(self.from_tag))),
            ("To", str(self.address_of_record)),
            ("Call-ID", self.call_id),
            ("CSeq", str(CSeq(number, "REGISTER"))),
            ("Contact", str(self._contact(expires))),
            ("Supported", "path, outbound" if self.instance and self.reg_id else "path"),
        ]
        return Request(method="REGISTER", target=str(self.registrar), headers=Headers(fields))

    def granted(self, response: Response) -> int | None:
        """Return the seconds that a 2xx grants to this contact, None when it is not in it.

        RFC 3261 s. 10.3 step 8: every binding is listed, ours by instance or by URI. A registrar
        that lists nothing at all is taken to have granted what Expires says, or what we asked.
        """
        usual = self.expires if response.expires is None else response.expires
        if not response.contacts:
            return usual
        ours = next(filter(self._is_ours, response.contacts), None)
        if ours is None and not self.instance:
            # A NAT or an exchange may have written its own view of our address.
            ours = next(filter(self._has_our_user, response.contacts), None)
        if ours is None:
            return None
        return usual if ours.expires is None else ours.expires

    def _contact(self, expires: int) -> Address:
        parameters = NO_PARAMETERS
        if self.instance:
            parameters = parameters.with_quoted("+sip.instance", f"<{self.instance}>")
            if self.reg_id:
                parameters = parameters.with_("reg-id", str(self.reg_id))
        parameters = parameters.with_("expires", str(expires))
        return Address(uri=self.contact, parameters=parameters)

    def _is_ours(self, contact: Address) -> bool:
        if contact.uri.same_as(self.contact):
            return True
        told = contact.parameters.get("reg-id") or "1"
        same_flow = not self.reg_id or told == str(self.reg_id)
        named = contact.parameters.get("+sip.instance") == f"<{self.instance}>"
        return bool(self.instance) and same_flow and named

    def _has_our_user(self, contact: Address) -> bool:
        uri = contact.uri
        return isinstance(uri, SipUri) and uri.user_text == self.contact.user_text
