"""The few rows that do not grow: people, agents with their versions, articles, lists."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import Group, User

from bench.growth.world import FIRST, World
from calls.models import Assistant, Managed, ManagedVersion, SyncRun
from calls.models.do_not_call import DoNotCall, RefusedDials
from tickets.models import Article

KEY = "growth"
VERSIONS = 12
NUMBERS_NOT_TO_CALL = 5_000


def load_settings(world: World) -> None:
    _add_people(world)
    agents = [Assistant(pk=pk, vapi_id=f"growth-{pk}", name=f"Agent {pk - FIRST}") for pk in world.assistants]
    Assistant.objects.bulk_create(agents)
    _add_versions(world, agents[0])
    Article.objects.bulk_create([Article(title=f"Refunds {number}", body="Five days.") for number in range(50)])
    DoNotCall.objects.bulk_create([DoNotCall(number=f"+4478{number:08d}") for number in range(NUMBERS_NOT_TO_CALL)])
    days = [(world.now - timedelta(days=number)).date() for number in range(30)]
    RefusedDials.objects.bulk_create([RefusedDials(day=day, reason="listed", count=3) for day in days])
    SyncRun.objects.bulk_create([SyncRun(act="apply", state="done") for _ in range(200)])


def _add_people(world: World) -> None:
    User.objects.bulk_create([User(pk=pk, username=f"colleague{pk}", first_name=f"C{pk}") for pk in world.people])
    agents = Group.objects.filter(name="agent").first()
    if agents:
        agents.user_set.add(*world.people)


def _add_versions(world: World, agent: Assistant) -> None:
    """Of the agent that has most of the calls, evenly over their time."""
    managed = Managed.objects.create(kind="assistant", key=KEY, vapi_id=agent.vapi_id)
    ManagedVersion.objects.bulk_create(
        [
            ManagedVersion(
                managed=managed,
                number=number + 1,
                document={"firstMessage": f"Hello {number}"},
                source="applied",
                at=world.now - timedelta(days=30) + timedelta(days=30) * number / VERSIONS,
            )
            for number in range(VERSIONS)
        ]
    )
