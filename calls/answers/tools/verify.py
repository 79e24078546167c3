"""Proving in the call to be the customer."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta

from calls.answers.named_ticket import OFFER_A_PERSON, NotDisclosedError
from calls.answers.registry import Answer, Context, ToolError, tool
from calls.identity import NOBODY
from calls.identity.misses import is_locked
from calls.models import Verification
from tickets import spoken_factors
from tickets.lookup import find_said
from tickets.models import Customer
from tickets.pin import is_pin
from tickets.services import customer_by_phone
from tickets.spoken import ticket_number

# The same words for a wrong factor, for no such ticket and for nobody: a guess must learn nothing.
NOT_PROVED = "That does not match what we have. Nothing can be told about any ticket yet."
PROVED = "The caller is verified for this call. Go on with what they wanted."


class Proof(msgspec.Struct, rename="camel"):
    ticket_id: Annotated[str | int, Meta(description="The caller's ticket number, where they know one")] = ""
    pin: Annotated[str, Meta(description="The caller's PIN as they said it", max_length=60)] = ""
    email: Annotated[str, Meta(description="The caller's e-mail address as they said it", max_length=200)] = ""
    postcode: Annotated[str, Meta(description="The caller's postcode as they said it", max_length=60)] = ""


@tool(writes=True)
def verifyCaller(arguments: Proof, context: Context) -> Answer:  # noqa: N802  the model's name for it
    """Check who is calling, when another tool finds nothing for this caller or the call has no number. Ask for the
    ticket number and one of: PIN, e-mail address, postcode. Pass them as they were said. Never guess any of them."""
    factor = next((name for name in FACTORS if getattr(arguments, name).strip()), None)
    if factor is None or context.call is None:
        raise ToolError("Ask the caller for their PIN, e-mail address or postcode.")
    customer = _customer(arguments, context) or Customer()
    subject = f"proof of {customer.pk or 'nobody'}"
    locked = is_locked(context.call, context.caller.number, subject)
    if not FACTORS[factor](customer, getattr(arguments, factor)) or locked:
        raise NotDisclosedError(subject, f"{NOT_PROVED} {OFFER_A_PERSON}" if locked else NOT_PROVED)
    Verification.objects.get_or_create(call=context.call, customer=customer, factor=factor)
    return Answer(PROVED)


def _customer(arguments: Proof, context: Context) -> Customer | None:
    """Whose ticket it is; without one, whose number the call comes from."""
    number = ticket_number(arguments.ticket_id)
    if number is None:
        return customer_by_phone(context.caller.number)
    ticket = find_said(number)
    return Customer.objects.filter(pk=ticket.customer_id if ticket else NOBODY).first()


def _is_email(customer: Customer, said: str) -> bool:
    return _same(customer.email.lower(), spoken_factors.email(said))


def _is_postcode(customer: Customer, said: str) -> bool:
    return _same(customer.postcode.upper(), spoken_factors.postcode(said))


def _is_pin(customer: Customer, said: str) -> bool:
    return is_pin(customer, spoken_factors.pin(said))


def _same(held: str, said: str) -> bool:
    return hmac.compare_digest(held.encode(), said.encode()) and bool(held)


FACTORS: dict[str, Callable[[Customer, str], bool]] = {"pin": _is_pin, "email": _is_email, "postcode": _is_postcode}
