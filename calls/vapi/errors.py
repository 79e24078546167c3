"""What can be wrong with an answer of Vapi's API, in words for the person who waits for it."""

from __future__ import annotations

from http import HTTPStatus


class VapiError(Exception):
    """`status` is what to answer a browser with; `is_final` says that asking again changes nothing."""

    words = "Vapi could not be reached."
    status = HTTPStatus.BAD_GATEWAY
    is_final = False

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.words} ({detail})" if detail else self.words)


class NoKeyError(VapiError):
    words = "No Vapi key is set: VAPI_API_KEY."
    status = HTTPStatus.SERVICE_UNAVAILABLE


class KeyRefusedError(VapiError):
    words = "Vapi refused the key in VAPI_API_KEY."


class NotThereError(VapiError):
    """Vapi says the same of what is not ready yet and of what it has deleted."""

    words = "Vapi has no recording of this call, or not yet."
    status = HTTPStatus.NOT_FOUND


class NotReadyError(VapiError):
    words = "Vapi has not finished this recording yet."
    status = HTTPStatus.NOT_FOUND


class GoneError(VapiError):
    words = "Vapi has deleted this recording."
    status = HTTPStatus.GONE
    is_final = True


class TooLargeError(VapiError):
    words = "This recording is larger than a call can be."
    is_final = True


class TooSlowError(VapiError):
    words = "Vapi took too long to answer."
    status = HTTPStatus.GATEWAY_TIMEOUT


class UpstreamError(VapiError):
    words = "Vapi could not deliver the recording."


class ForbiddenAddressError(VapiError):
    words = "Vapi pointed to an address that may not be asked."
