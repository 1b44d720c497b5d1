"""Every refusal and failure that a person or a caller can meet; pure values, any thread.

::

    AgentDeskError
    ├── InputError                   a value that a person or a file gave
    │   ├── InvalidNumberError
    │   ├── InvalidDigitsError
    │   ├── AttachmentSizeError
    │   ├── AttachmentTypeError
    │   ├── ConfigurationError       settings and scenario files
    │   └── ImportFileError          a file that cannot be imported at all
    ├── RefusalError                 a rule of the domain forbids it now
    │   ├── TransitionRefusedError
    │   ├── ClosingGateError
    │   ├── ApprovalError
    │   ├── AuthorReviewError
    │   ├── ForeignDraftError
    │   ├── ComplainedAboutError
    │   ├── StaleVersionError
    │   ├── StaleClaimError
    │   ├── ReservedError
    │   ├── TooSoonError
    │   ├── TooOftenError
    │   ├── OrderDoneError
    │   ├── RightsError
    │   │   └── MissingRoleError
    │   ├── ContentMissingError
    │   ├── UploadCancelledError
    │   └── NotFoundError
    ├── SwitchError                  the telephone switch refused
    │   ├── UnknownCallError
    │   ├── CallStateError
    │   ├── DestinationError
    │   ├── PeerRefusedError
    │   ├── NoSoundError
    │   ├── LineAwayError
    │   ├── UnprotectedLineError
    │   └── AgentStateError
    ├── ExportError                  a file that a person wants written
    │   └── ExportDiskFullError
    └── StorageError                 the database or the journal
        ├── DatabaseUnavailableError
        │   ├── ServerAwayError
        │   │   ├── OfflinePasswordError
        │   │   └── OfflineExpiredError
        │   ├── ServerFullError
        │   └── CommitUnknownError
        ├── DatabaseTimeoutError
        ├── NotADatabaseError
        ├── DatabaseReadOnlyError
        │   └── ServerReadOnlyError
        ├── DatabaseLockedError
        ├── DatabaseInUseError
        ├── NewerSchemaError
        ├── OlderSchemaError
        ├── MissingDatabaseError
        ├── SignInError
        │   ├── HostRefusedError
        │   └── DisabledPersonError
        ├── CertificateError
        │   └── ExpiredCertificateError
        ├── EncryptionMissingError
        ├── ContentFolderError
        ├── MissingProgramError
        ├── PoolModeError
        └── DiskFullError

An error carries its data in ``details`` under the names that its ``template`` uses, so that a
screen can say the same in another language (the texts live in ``ui``, keyed by ``code``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar


class AgentDeskError(Exception):
    """Root of all errors that are meant to be understood by a person."""

    code: ClassVar[str] = "error"
    template: ClassVar[str] = "Something went wrong"

    def __init__(self, **details: Any) -> None:
        """Keep ``details``; they fill the placeholders of ``template``."""
        self.details: dict[str, Any] = details
        super().__init__(self.template.format(**details))

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep the details when the error crosses a process boundary."""
        return _rebuild, (type(self), self.details)


def _rebuild(kind: type[AgentDeskError], details: dict[str, Any]) -> AgentDeskError:
    return kind(**details)


class InputError(AgentDeskError):
    """A given value is not accepted: details are field, value, accepted."""

    code = "input"
    template = "{field}: {value!r} is not accepted; accepted is {accepted}"


class InvalidNumberError(InputError):
    """A telephone number that cannot be dialled or stored: details are field, value, accepted."""

    code = "input.number"
    template = "{field}: {value!r} is not a telephone number; accepted is {accepted}"


class InvalidDigitsError(InputError):
    """A digit string that no telephone can send: details are field, value, accepted."""

    code = "input.digits"
    template = "{field}: {value!r} cannot be sent as digits; accepted are {accepted}"


class AttachmentSizeError(InputError):
    """A file that is empty or too large: details are field, value, size_mb, most_mb."""

    code = "input.attachment_size"
    template = "{value!r} has {size_mb} MB; an attachment has at most {most_mb} MB and is not empty"


class AttachmentTypeError(InputError):
    """A file of a kind that is not taken: details are field, value, accepted."""

    code = "input.attachment_type"
    template = "{value!r} is not taken, or is not what its name says; accepted are {accepted}"


class ConfigurationError(InputError):
    """A settings or scenario file with a mistake: details are file, field, value, accepted."""

    code = "input.configuration"
    template = "{file}: {field}: {value!r} is not accepted; accepted is {accepted}"


class ImportFileError(InputError):
    """A file that cannot be imported at all: details are file, field, value, accepted."""

    code = "input.import_file"
    template = "{file}: {field}: {value!r} is not accepted; accepted is {accepted}"


class RefusalError(AgentDeskError):
    """A rule of the domain forbids the action in the present state."""

    code = "refusal"
    template = "This is not possible now"


class TransitionRefusedError(RefusalError):
    """A state table has no such way: details are subject, state, target, allowed."""

    code = "refusal.transition"
    template = "{subject} is {state}; it cannot become {target}. Possible now: {allowed}"


class ClosingGateError(RefusalError):
    """An order or ticket may not be closed without its proof: details are subject, missing."""

    code = "refusal.closing_gate"
    template = "{subject} cannot be closed yet: {missing}"


class ApprovalError(RefusalError):
    """Two different people approve a claim: details are subject, actor."""

    code = "refusal.approval"
    template = "{subject} was approved by {actor} already; the second approval is another person's"


class AuthorReviewError(RefusalError):
    """Nobody reviews what they wrote: details are subject, author."""

    code = "refusal.author_review"
    template = "{subject} was written by {author}; somebody else reviews it"


class ForeignDraftError(RefusalError):
    """Somebody else is writing it: details are subject, author."""

    code = "refusal.foreign_draft"
    template = "{subject} is being written by {author}; only they or a reviewer go on with it"


class ComplainedAboutError(RefusalError):
    """A complaint is settled by somebody whom it is not about: details are subject, actor."""

    code = "refusal.complained_about"
    template = "{subject} is about {actor}; somebody else settles and reviews it"


class StaleVersionError(RefusalError):
    """Somebody saved a newer version first: details are subject, mine, theirs (version numbers)."""

    code = "refusal.stale"
    template = "{subject} was changed meanwhile (yours is version {mine}, saved is {theirs})"


class StaleClaimError(RefusalError):
    """Somebody else got a piece of work when its lease ran out: details are subject."""

    code = "refusal.stale_claim"
    template = "{subject} is no longer yours: it was given to somebody else meanwhile"


class ReservedError(RefusalError):
    """Another agent is to do it, or is doing it now: details are subject, owner."""

    code = "refusal.reserved"
    template = "{subject} is for {owner}, unless the customer calls you or {owner} is away"


class TooSoonError(RefusalError):
    """An order was hurried lately: details are subject, next_at (ISO 8601)."""

    code = "refusal.too_soon"
    template = "{subject} was hurried lately; the next time is possible from {next_at} on"


class TooOftenError(RefusalError):
    """An order was hurried as often as it may be: details are subject, most."""

    code = "refusal.too_often"
    template = "{subject} was hurried {most} times already; ask a supervisor to look after it"


class OrderDoneError(RefusalError):
    """Nobody works on the order any more, or not yet: details are subject, state."""

    code = "refusal.order_done"
    template = "{subject} is {state}: there is no department that works on it now"


class RightsError(RefusalError):
    """The role that is signed in lacks the right: details are action, role."""

    code = "refusal.rights"
    template = "{role} has no right to {action}; ask an administrator for it"


class MissingRoleError(RightsError):
    """Another role is needed: details are action, role, needed (which, and who gives it)."""

    code = "refusal.rights.missing_role"
    template = "{role} has no right to {action}; it takes {needed}"


class ContentMissingError(RefusalError):
    """The bytes of an attachment are gone or not what they were: details are name, place."""

    code = "refusal.content_missing"
    template = "The content of {name!r} is missing or damaged in {place}"


class UploadCancelledError(RefusalError):
    """The person gave an upload up: details are name."""

    code = "refusal.upload_cancelled"
    template = "The upload of {name!r} was cancelled"


class NotFoundError(RefusalError):
    """The record does not exist: details are subject, id."""

    code = "refusal.not_found"
    template = "{subject} {id} does not exist"


class SwitchError(AgentDeskError):
    """The telephone switch refused a service."""

    code = "switch"
    template = "The telephone refused: {reason}"


class UnknownCallError(SwitchError):
    """The call is gone or never was: details are call_id."""

    code = "switch.unknown_call"
    template = "Call {call_id} is gone"


class CallStateError(SwitchError):
    """The call's state forbids the service: details are service, call_id, state, allowed."""

    code = "switch.call_state"
    template = "{service} is not possible while the call is {state}; possible now: {allowed}"


class DestinationError(SwitchError):
    """The switch knows no way to the destination: details are value, accepted."""

    code = "switch.destination"
    template = "{value!r} cannot be reached; accepted is {accepted}"


class PeerRefusedError(SwitchError):
    """The far side or its exchange did not agree: details are service, status, reason."""

    code = "switch.peer_refused"
    template = "The other side did not agree to {service} ({status} {reason})"


class NoSoundError(SwitchError):
    """The sound of a call cannot be opened or used: details are reason."""

    code = "switch.no_sound"
    template = "The call has no sound: {reason}"


class LineAwayError(SwitchError):
    """The exchange is not reached, so nothing can be dialled: details are account."""

    code = "switch.line_away"
    template = "{account} has no connection to its exchange"


class UnprotectedLineError(SwitchError):
    """A sips destination on a line or call without TLS: details are value, account."""

    code = "switch.unprotected_line"
    template = (
        "{value} must be encrypted all the way, which {account} cannot do; accepted is TLS or WSS"
    )


class AgentStateError(SwitchError):
    """The agent's state forbids the change: details are state, target, allowed."""

    code = "switch.agent_state"
    template = "An agent who is {state} cannot become {target}; possible now: {allowed}"


class ExportError(AgentDeskError):
    """A file cannot be written: details are path, reason."""

    code = "export"
    template = "The file {path} cannot be written: {reason}"


class ExportDiskFullError(ExportError):
    """No space is left for a file: details are path."""

    code = "export.disk_full"
    template = "The disk is full, {path} was not written; free some space or choose another place"


class StorageError(AgentDeskError):
    """The database or the journal failed; nothing was changed. Details are path."""

    code = "storage"
    template = "The database {path} failed; nothing was changed"


class DatabaseUnavailableError(StorageError):
    """The database cannot be reached or opened: details are path, reason."""

    code = "storage.unavailable"
    template = "The database {path} cannot be opened: {reason}"


class ServerAwayError(DatabaseUnavailableError):
    """No server answers, or it is starting or stopping: details are path."""

    code = "storage.unavailable.server_away"
    template = (
        "No database server answers at {path}; "
        "check the address and the network, or ask an administrator whether it runs"
    )


class OfflinePasswordError(ServerAwayError):
    """Nor is it the password of the last sign-in on this machine: details are path, login."""

    code = "storage.unavailable.server_away.password"
    template = (
        "No database server answers at {path}, and this is not the password "
        "with which {login!r} signed in here last"
    )


class OfflineExpiredError(ServerAwayError):
    """Nor was the last sign-in on this machine late enough: details are path, login, days."""

    code = "storage.unavailable.server_away.expired"
    template = (
        "No database server answers at {path}, and {login!r} last signed in here "
        "more than {days} days ago; without the server the desk opens no longer than that"
    )


class ServerFullError(DatabaseUnavailableError):
    """Every connection of the server is taken: details are path."""

    code = "storage.unavailable.server_full"
    template = (
        "The database server of {path} has no free connection; "
        "try again in a minute, or ask an administrator to allow more"
    )


class CommitUnknownError(DatabaseUnavailableError):
    """The server went away while it committed, so the change is there or not: details are path.

    The one StorageError after which something may have changed.
    """

    code = "storage.unavailable.commit_unknown"
    template = (
        "The database {path} went away while it saved; "
        "only when it is back can be seen whether the change is there"
    )


class DatabaseTimeoutError(StorageError):
    """The database did not answer in time: details are path, seconds."""

    code = "storage.timeout"
    template = "The database {path} did not answer within {seconds} s"


class NotADatabaseError(StorageError):
    """The file is something else: details are path, accepted."""

    code = "storage.not_a_database"
    template = "{path} is not an Agent Desk database; accepted is {accepted}"


class DatabaseReadOnlyError(StorageError):
    """The file or its folder cannot be written: details are path."""

    code = "storage.read_only"
    template = "The database {path} is read-only; give it write permission or choose another file"


class ServerReadOnlyError(DatabaseReadOnlyError):
    """The server takes no changes, as a standby does: details are path."""

    code = "storage.read_only.server"
    template = (
        "The database server of {path} takes no changes; "
        "ask an administrator which server is the primary one"
    )


class DatabaseLockedError(StorageError):
    """Another program holds the write lock: details are path, seconds."""

    code = "storage.locked"
    template = "The database {path} is locked by another program (waited {seconds} s)"


class DatabaseInUseError(StorageError):
    """Another desk has this file open: details are path, owner."""

    code = "storage.in_use"
    template = (
        "The database {path} is already open in another desk ({owner}); "
        "close it there or choose another file"
    )


class NewerSchemaError(StorageError):
    """A newer program wrote the file: details are path, found, known."""

    code = "storage.newer_schema"
    template = (
        "The database {path} was written by a newer version (schema {found}, "
        "this program knows {known}); install that version"
    )


class OlderSchemaError(StorageError):
    """An administrator has to migrate the database first: details are path, found, known."""

    code = "storage.older_schema"
    template = (
        "The database {path} is older than this program (schema {found}, needed is {known}); "
        "ask an administrator to run: agent-desk-cli db upgrade"
    )


class MissingDatabaseError(StorageError):
    """The server has no database of that name: details are path, name."""

    code = "storage.missing_database"
    template = (
        "The server of {path} has no database {name!r}; "
        "check the address, or ask an administrator to create it"
    )


class SignInError(StorageError):
    """The server refuses login or password: details are path, login."""

    code = "storage.sign_in"
    template = (
        "{path} does not accept the login {login!r} with this password; "
        "check both, or ask an administrator for a new password"
    )


class HostRefusedError(SignInError):
    """The server lets this login not in from this machine: details are path, login."""

    code = "storage.sign_in.host"
    template = (
        "{path} does not let {login!r} in from this machine; "
        "ask an administrator to allow it (pg_hba.conf)"
    )


class DisabledPersonError(SignInError):
    """An administrator has taken the right to sign in away: details are path, login."""

    code = "storage.sign_in.person_disabled"
    template = "{login!r} may not sign in to {path} any more; ask an administrator"


class CertificateError(StorageError):
    """The server's certificate proves nothing: details are path, reason."""

    code = "storage.certificate"
    template = (
        "The certificate of {path} is not accepted ({reason}); "
        "check the address and the root certificate, or ask an administrator"
    )


class ExpiredCertificateError(CertificateError):
    """The server's certificate has expired: details are path."""

    code = "storage.certificate.expired"
    template = (
        "The certificate of {path} has expired; "
        "ask an administrator to renew it, and check this machine's clock"
    )


class EncryptionMissingError(StorageError):
    """The server offers no TLS although it is demanded: details are path."""

    code = "storage.encryption_missing"
    template = "The database server of {path} offers no TLS; ask an administrator to turn it on"


class ContentFolderError(StorageError):
    """The folder of the attachments cannot be used: details are path, reason."""

    code = "storage.content_folder"
    template = "The folder {path} of the attachments cannot be used: {reason}"


class MissingProgramError(StorageError):
    """A program of PostgreSQL's is needed and not installed: details are program, package."""

    code = "storage.missing_program"
    template = "This needs the program {program}; install the package {package}"


class PoolModeError(StorageError):
    """A pool before the server forgets prepared statements: details are path."""

    code = "storage.pool_mode"
    template = (
        "The connection pool of {path} forgets prepared statements; ask an administrator for "
        "pool_mode = session, or for pgbouncer 1.21 or newer with max_prepared_statements = 200"
    )


class DiskFullError(StorageError):
    """No space is left: details are path."""

    code = "storage.disk_full"
    template = "The disk with {path} is full; free some space, nothing was lost"


def error_of(code: str, details: Mapping[str, Any]) -> AgentDeskError:
    """Return the error of ``code`` again; the general one when no class has it or fits."""
    for kind in _kinds(AgentDeskError):
        if kind.code == code:
            try:
                return kind(**details)
            except LookupError:
                break
    return AgentDeskError(**details)


def _kinds(kind: type[AgentDeskError]) -> Iterator[type[AgentDeskError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)
