"""REST: calls and their recordings' beginning."""

from collections.abc import Callable

from local.carrier import resources
from local.carrier.calls import Call, Document
from local.carrier.forms import BAD_FROM, BAD_TO, INVALID, PHONE, SIP_USER, Form, RestError
from local.carrier.interpreter import Interpreter
from local.carrier.numbering import Numbering
from local.carrier.paging import Pages, Resource
from local.carrier.plant import Plant
from local.carrier.recordings import Recordings
from local.carrier.switchboard import TOO_MANY_CALLS, Order, Switchboard, TooManyCallsError
from local.carrier.twilio_webhooks import Callback

NOT_FOUND, NOT_COMPLETE, NOT_IN_PROGRESS, NOT_OWNED, NO_INSTRUCTIONS = 20404, 20009, 21220, 21210, 21205
Answer = tuple[int, Resource | bytes | None]


class Calls:
    """What can be asked of Calls."""

    def __init__(
        self,
        plant: Plant,
        switchboard: Switchboard,
        interpreter: Interpreter,
        numbering: Numbering,
        recordings: Recordings,
        pages: Pages,
    ) -> None:
        self._plant = plant
        self._pages = pages
        self._switchboard = switchboard
        self._interpreter = interpreter
        self._numbering = numbering
        self._recordings = recordings

    def create(self, form: Form) -> Answer:
        """Call somebody and ask the product, or the TwiML at hand, what to do when answered."""
        instructions = [name for name in ("Url", "Twiml") if form.has(name)]
        if len(instructions) != 1:
            raise RestError(400, NO_INSTRUCTIONS, "exactly one of Url and Twiml is needed")
        record = form.flag("Record", default=False)

        def answered(call: Call) -> None:
            if record:
                self.record_leg(call, "OutboundAPI", form)
            if form.has("SendDigits"):
                self._switchboard.note(call, f"tones {form.get('SendDigits')}")
            self._interpreter.begin(call, call.document)

        call = self.order(form, answered, document(form))
        if record:
            call.on_end.append(lambda: self.never_recorded(call, "OutboundAPI", form))
        return 201, resources.call(self._plant, call)

    def order(self, form: Form, answered: Callable[[Call], None], instructions: Document) -> Call:
        """Place an outbound leg from a form that both Calls and Participants have in common."""
        self._check_ends(form)
        order = Order(
            from_=form.get("CallerId") or form.get("From"),
            to=form.get("To"),
            answered=answered,
            timeout=form.number("Timeout", 60),
            time_limit=float(form.get("TimeLimit")) if form.has("TimeLimit") else None,
            progress=callback(form, "StatusCallback", "completed"),
            document=instructions,
        )
        try:
            return self._switchboard.originate(order)
        except TooManyCallsError as error:
            raise RestError(429, TOO_MANY_CALLS, str(error)) from None

    def never_recorded(self, call: Call, source: str, form: Form) -> None:
        """A leg that was to be recorded but was never answered has an absent recording."""
        if call.answered_at is None:
            self._recordings.never(source, call.sid, callback(form, "RecordingStatusCallback", "completed"))

    def update(self, form: Form, call: str) -> Answer:
        """Redirect or end a leg."""
        leg = self.find(call)
        wishes = [name for name in ("Url", "Twiml", "Status") if form.has(name)]
        if len(wishes) > 1:
            raise RestError(400, INVALID, f"{' and '.join(wishes)} exclude each other")
        if leg.ended:
            raise RestError(400, NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.")
        if form.has("StatusCallback"):
            leg.progress = callback(form, "StatusCallback", "completed")
        if form.has("TimeLimit"):
            self._switchboard.limit(leg, form.number("TimeLimit", 0))
        if form.has("Status"):
            self._stop(leg, form.get("Status"))
        elif wishes:
            self._redirect(leg, form)
        return 200, resources.call(self._plant, leg)

    def fetch(self, _form: Form, call: str) -> Answer:
        """One leg."""
        return 200, resources.call(self._plant, self.find(call))

    def list(self, form: Form) -> Answer:
        """The legs, newest first."""
        wanted = {
            "from": form.optional("From"),
            "to": form.optional("To"),
            "status": form.optional("Status"),
            "parent_call_sid": form.optional("ParentCallSid"),
        }
        legs = [leg for leg in reversed(self._switchboard.calls.values()) if not leg.deleted]
        items = [resources.call(self._plant, leg) for leg in legs]
        found = [item for item in items if all(value in {None, item[name]} for name, value in wanted.items())]
        return 200, self._pages.cut("calls", found, f"{self._plant.account_uri}/Calls.json", form)

    def delete(self, _form: Form, call: str) -> Answer:
        """Take a leg that is over out of the account's records; who was on the phone keeps what was heard."""
        leg = self.find(call)
        if not leg.ended:
            raise RestError(409, NOT_COMPLETE, "Cannot delete this resource before it is complete")
        leg.deleted = True
        return 204, None

    def record(self, form: Form, call: str) -> Answer:
        """Start recording a leg that talks."""
        leg = self.find(call)
        if not leg.answered:
            raise RestError(400, NOT_IN_PROGRESS, "Requested resource is not eligible for recording")
        return 201, self.record_leg(leg, "StartCallRecordingAPI", form)

    def find(self, sid: str) -> Call:
        """A leg by its sid."""
        leg = self._switchboard.calls.get(sid)
        if leg is None or leg.deleted:
            raise RestError(404, NOT_FOUND, f"The requested resource /Calls/{sid} was not found")
        return leg

    def record_leg(self, leg: Call, source: str, form: Form) -> Resource:
        """Start recording a leg as a form wishes it."""
        recording = self._recordings.start(
            source,
            call_sid=leg.sid,
            callback=callback(form, "RecordingStatusCallback", "completed"),
        )
        return resources.recording(self._plant, recording, f"/Calls/{leg.sid}")

    def _stop(self, leg: Call, status: str) -> None:
        if status == "completed" or not leg.answered:
            self._switchboard.drop(leg)

    def _redirect(self, leg: Call, form: Form) -> None:
        if not leg.answered:
            raise RestError(400, NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.")
        self._interpreter.redirect(leg, document(form))

    def _check_ends(self, form: Form) -> None:
        to, from_ = form.get("To"), form.get("CallerId") or form.get("From")
        if SIP_USER.fullmatch(to) and not PHONE.fullmatch(to):
            raise RestError(400, BAD_TO, "To is no phone number (E.164), client: or sip: address")
        if PHONE.fullmatch(to) and not PHONE.fullmatch(from_):
            raise RestError(400, BAD_FROM, "to call a phone, From must be a phone number")
        if PHONE.fullmatch(from_) and not self._may_show(from_, form.get("CallToken")):
            raise RestError(
                400, NOT_OWNED, f"From {from_} is neither a number nor a verified caller id of this account"
            )

    def _may_show(self, number: str, token: str) -> bool:
        if self._numbering.owns(number):
            return True
        legs = self._switchboard.calls.values()
        return token != "" and any(leg.call_token == token and leg.from_ == number for leg in legs)


def document(form: Form) -> Document:
    """Where a form says the instructions are."""
    return Document(
        url=form.get("Url"),
        method=form.get("Method", "POST"),
        twiml=form.get("Twiml"),
        fallback_url=form.get("FallbackUrl"),
        fallback_method=form.get("FallbackMethod", "POST"),
    )


def callback(form: Form, name: str, default_events: str) -> Callback | None:
    """A callback from its three fields, None when there is no address."""
    if not form.get(name):
        return None
    return Callback(form.get(name), form.words(f"{name}Event", default_events), form.get(f"{name}Method", "POST"))
