"""The Replaces header: take over another dialog (RFC 3891); pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.sip.dialog.dialog import Dialog, DialogId, DialogState
from telephony.sip.errors import RequestRefusedError, SipSyntaxError
from telephony.sip.values.parameters import parse_parameters

_FIELD = "Replaces"
_ACCEPTED = "call-id;to-tag=...;from-tag=..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaces:
    """The dialog to replace, seen from the one who is asked (RFC 3891 s. 3 and 6.1).

    to_tag: that side's own tag. from_tag: its peer's. early_only: not once it is answered.
    """

    call_id: str
    to_tag: str
    from_tag: str
    early_only: bool = False

    def __str__(self) -> str:
        """Return the value as it stands in a message."""
        early = ";early-only" if self.early_only else ""
        return f"{self.call_id};to-tag={self.to_tag};from-tag={self.from_tag}{early}"

    @property
    def dialog_id(self) -> DialogId:
        """The dialog at the side that is asked."""
        return DialogId(self.call_id, self.to_tag, self.from_tag)

    def check(self, dialog: Dialog | None) -> None:
        """Raise RequestRefusedError unless ``dialog`` can be replaced (RFC 3891 s. 3).

        481 when there is none or when it is early and not ours, 603 when it has ended, 486 when
        it is answered although only an early one was meant.
        """
        if dialog is None:
            raise RequestRefusedError(481, "Call/Transaction Does Not Exist")
        if dialog.state is DialogState.ENDED:
            raise RequestRefusedError(603, "Decline")
        if dialog.state is DialogState.CONFIRMED and self.early_only:
            raise RequestRefusedError(486, "Busy Here")
        if dialog.state is DialogState.EARLY and not dialog.is_caller:
            raise RequestRefusedError(481, "Call/Transaction Does Not Exist")


def replaces_of(dialog: Dialog) -> Replaces:
    """Return what asks our peer in ``dialog`` to put somebody else in our place."""
    return Replaces(
        call_id=dialog.id.call_id, to_tag=dialog.id.remote_tag, from_tag=dialog.id.local_tag
    )


def parse_replaces(text: str) -> Replaces:
    """Read a Replaces value; raises SipSyntaxError."""
    call_id, semicolon, rest = text.partition(";")
    parameters = parse_parameters(semicolon + rest, _FIELD)
    to_tag, from_tag = parameters.get("to-tag"), parameters.get("from-tag")
    call_id = call_id.strip(" \t")
    if not call_id or to_tag is None or from_tag is None:
        raise SipSyntaxError(field=_FIELD, value=text, accepted=_ACCEPTED)
    return Replaces(
        call_id=call_id,
        to_tag=to_tag,
        from_tag=from_tag,
        early_only="early-only" in parameters,
    )
