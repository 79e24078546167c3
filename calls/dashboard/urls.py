"""The managers' pages."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from calls.dashboard.converters import CallIdConverter
from calls.dashboard.views.assistants import assistant, assistant_runs, assistants, assistants_plan, start_run
from calls.dashboard.views.call import call
from calls.dashboard.views.call_tickets import link_to_call, open_for_call, unlink_from_call
from calls.dashboard.views.calls import calls
from calls.dashboard.views.completeness import completeness
from calls.dashboard.views.doctor import doctor, doctor_checks
from calls.dashboard.views.escalation_work import ACTS, keep_note, work_on_escalation
from calls.dashboard.views.escalations import escalation, escalation_list, waiting
from calls.dashboard.views.events import event, events, retry_event
from calls.dashboard.views.follow_ups import (
    DECIDES,
    SETTLES,
    callback_number,
    decide_request,
    follow_ups,
    settle_callback,
)
from calls.dashboard.views.intent import MARKS, intent, mark_judgement
from calls.dashboard.views.live import live
from calls.dashboard.views.number import number
from calls.dashboard.views.player import player
from calls.dashboard.views.recording import recording
from calls.dashboard.views.stream import live_stream
from calls.dashboard.views.ticket import change, comment, ticket, ticket_number
from calls.dashboard.views.tickets import tickets
from calls.dashboard.views.tools import tools
from calls.dashboard.views.writes import ACTS as WRITE_ACTS
from calls.dashboard.views.writes import crm, decide_write

register_converter(CallIdConverter, "call_id")

urlpatterns: list[URLPattern] = [
    path("", live, name="live"),
    path("live/stream", live_stream, name="live-stream"),
    path("calls/", calls, name="calls"),
    path("calls/<call_id:vapi_id>/", call, name="call"),
    path("calls/<call_id:vapi_id>/number", number, name="call-number"),
    path("tools/", tools, name="tools"),
    path("completeness/", completeness, name="completeness"),
    path("doctor/", doctor, name="doctor"),
    path("doctor/checks", doctor_checks, name="doctor-checks"),
    path("calls/<call_id:vapi_id>/player", player, name="call-player"),
    path("calls/<call_id:vapi_id>/recording", recording, name="call-recording"),
    path("escalations/", escalation_list, name="escalations"),
    path("escalations/waiting", waiting, name="escalations-waiting"),
    path("escalations/<int:pk>/", escalation, name="escalation"),
    *(path(f"escalations/<int:pk>/{act}", work_on_escalation, {"act": act}, name=f"escalation-{act}") for act in ACTS),
    path("escalations/<int:pk>/note", keep_note, name="escalation-note"),
    path("tickets/", tickets, name="tickets"),
    path("tickets/<int:number>/", ticket, name="ticket"),
    path("tickets/<int:number>/change", change, name="ticket-change"),
    path("tickets/<int:number>/comment", comment, name="ticket-comment"),
    path("tickets/<int:number>/number", ticket_number, name="ticket-number"),
    path("calls/<call_id:vapi_id>/tickets/open", open_for_call, name="call-ticket-open"),
    path("calls/<call_id:vapi_id>/tickets/link", link_to_call, name="call-ticket-link"),
    path("calls/<call_id:vapi_id>/tickets/unlink", unlink_from_call, name="call-ticket-unlink"),
    path("follow-ups/", follow_ups, name="follow-ups"),
    path("follow-ups/callbacks/<int:pk>/number", callback_number, name="callback-number"),
    *(
        path(f"follow-ups/callbacks/<int:pk>/{act}", settle_callback, {"act": act}, name=f"callback-{act}")
        for act in SETTLES
    ),
    *(
        path(f"follow-ups/requests/<int:pk>/{act}", decide_request, {"act": act}, name=f"request-{act}")
        for act in DECIDES
    ),
    path("crm/", crm, name="crm"),
    *(path(f"crm/<int:pk>/{act}", decide_write, {"act": act}, name=f"crm-{act}") for act in WRITE_ACTS),
    path("intent/", intent, name="intent"),
    *(path(f"intent/<int:pk>/{mark}", mark_judgement, {"mark": mark}, name=f"intent-{mark}") for mark in MARKS),
    path("assistants/", assistants, name="assistants"),
    path("assistants/plan", assistants_plan, name="assistants-plan"),
    path("assistants/runs", assistant_runs, name="assistants-runs"),
    path("assistants/start", start_run, name="assistants-start"),
    path("assistants/<slug:kind>/<str:key>/", assistant, name="assistant"),
    path("events/", events, name="events"),
    path("events/<uuid:pk>/", event, name="event"),
    path("events/<uuid:pk>/retry", retry_event, name="event-retry"),
]
