"""The phone side's models, one noun a file."""

from __future__ import annotations

from calls.models.api_pass import ApiPass
from calls.models.assistant import Assistant, AssistantSnapshot
from calls.models.call import Call, MonitorUrls
from calls.models.call_ticket import CallTicket
from calls.models.callback import Callback
from calls.models.day_completeness import DayCompleteness
from calls.models.delivery import Delivery
from calls.models.disclosure import Disclosure
from calls.models.do_not_call import DoNotCall, RefusedDials
from calls.models.escalation import Escalation
from calls.models.escalation_event import EscalationEvent
from calls.models.event import Event, Pending
from calls.models.handover import Handover
from calls.models.healing import Healing
from calls.models.incident import Incident
from calls.models.interruption import Interruption
from calls.models.judgement import Judgement
from calls.models.lookup_miss import LookupMiss
from calls.models.managed import Managed, ManagedVersion
from calls.models.message_type import MessageType
from calls.models.projection import ProjectionState
from calls.models.promise import Promise
from calls.models.recording import Recording
from calls.models.report import Report
from calls.models.sync_run import SyncRun
from calls.models.tool_call import ToolCall
from calls.models.transfer_destination import TransferDestination
from calls.models.turn import Turn
from calls.models.verification import Verification

__all__ = [
    "ApiPass",
    "Assistant",
    "AssistantSnapshot",
    "Call",
    "CallTicket",
    "Callback",
    "DayCompleteness",
    "Delivery",
    "Disclosure",
    "DoNotCall",
    "Escalation",
    "EscalationEvent",
    "Event",
    "Handover",
    "Healing",
    "Incident",
    "Interruption",
    "Judgement",
    "LookupMiss",
    "Managed",
    "ManagedVersion",
    "MessageType",
    "MonitorUrls",
    "Pending",
    "ProjectionState",
    "Promise",
    "Recording",
    "RefusedDials",
    "Report",
    "SyncRun",
    "ToolCall",
    "TransferDestination",
    "Turn",
    "Verification",
]
