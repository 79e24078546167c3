"""What happens on the phone."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class CallsConfig(AppConfig):
    name = "calls"

    def ready(self) -> None:
        from calls.answers import tools  # noqa: F401  registers them
        from calls.answers.budget import check_budget
        from calls.assistants.checks import check_agents
        from calls.escalations.deadlines import check_deadlines
        from calls.escalations.opening_hours import check_hours
        from calls.identity.disclosure import check_policy
        from calls.intake.endpoints import check_endpoints
        from calls.intake.retention import check_retention
        from calls.metrics.counted import counted
        from calls.metrics.lag import projection
        from calls.metrics.losses import losses
        from calls.metrics.stored import stored
        from supportvoice import metrics, readiness

        readiness.PARTS["projection"] = projection
        metrics.SOURCES |= {"calls": stored, "losses": losses, "intake": counted}
        register(check_policy)
        register(check_budget)
        register(check_hours)
        register(check_deadlines)
        register(check_endpoints)
        register(check_retention)
        register(check_agents, deploy=True)
