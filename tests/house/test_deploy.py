"""The files in docs/deploy agree with the program: its command line, its settings, what a wheel of it is made of."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer
import yaml

from pipeline.app import serving
from pipeline.cli.app import app
from pipeline.settings import Settings
from tests import ROOT

DEPLOY = ROOT / "docs/deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
README = (DEPLOY / "README.md").read_text()
NOT_OF_THE_OTHER = {"ExecStart", "Type", "SuccessExitStatus", "Restart", "RestartSec", "RestartPreventExitStatus"}


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """The sections of a systemd unit: a name may be given more than once."""
    sections: dict[str, dict[str, list[str]]] = {}
    for line in (DEPLOY / name).read_text().splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            section.setdefault(key, []).append(value)
    return sections


SERVICES = {path.name: unit(path.name)["Service"] for path in sorted(DEPLOY.glob("*.service"))}


def commands() -> list[str]:
    """The words behind the program's name, wherever one of the files calls it."""
    lines = [line.removeprefix("/opt/information-machine/bin/information-machine ") for service in SERVICES.values() for line in service["ExecStart"]]  # fmt: skip
    lines += [shlex.join(service["command"]) for service in COMPOSE["services"].values() if "command" in service]
    called = re.compile(
        r"(?:compose run --rm program|^information-machine|^ +machine|`machine) ([^`\n]+)", re.MULTILINE
    )
    lines += called.findall(README)
    return sorted({shlex.join(shlex.split(line, comments=True)) for line in lines})


def test_each_way_of_deploying_calls_the_program():
    assert {"init", "batch", "worker", "worker --home /var/lib/information-machine"} <= set(commands())


@pytest.mark.parametrize("line", commands())
def test_the_program_understands_each_command(line):
    program = typer.main.get_command(app)
    if line == "--install-completion":  # of the installed command alone: tests/cli/test_setting_up.py
        return
    with program.make_context("information-machine", shlex.split(line)) as context:
        name, command, words = program.resolve_command(context, [*context._protected_args, *context.args])
        command.make_context(name, words, parent=context).close()


def test_the_units_are_hardened_alike_and_find_the_program_where_it_is_installed():
    shared = [{key: value for key, value in service.items() if key not in NOT_OF_THE_OTHER} for service in SERVICES.values()]  # fmt: skip
    assert len(shared) == 2
    assert shared[0] == shared[1]
    for key, value in (("User", "information-machine"), ("NoNewPrivileges", "yes"), ("ProtectSystem", "strict"), ("CapabilityBoundingSet", "")):  # fmt: skip
        assert shared[0][key] == [value]
    home = f"/var/lib/{shared[0]['StateDirectory'][0]}"
    for service in SERVICES.values():
        program, *words = shlex.split(service["ExecStart"][0])
        assert words[-2:] == ["--home", home]
        assert f"{Path(program).parent}/pip install" in README
    assert shared[0]["EnvironmentFile"][0] in README


def test_every_timer_has_its_service():
    assert {path.stem for path in DEPLOY.glob("*.timer")} <= {Path(name).stem for name in SERVICES}


def test_the_settings_are_understood_and_name_what_compose_has():
    settings = Settings.model_validate(tomllib.loads((DEPLOY / "machine.toml").read_text()))
    assert settings.search.searxng.removeprefix("http://") in settings.fetch.allow_hosts
    assert {re.split("[:/@]", settings.store.url)[4], "searxng"} <= set(COMPOSE["services"])
    assert yaml.safe_load((DEPLOY / "searxng.yml").read_text())["search"]["formats"] == ["html", "json"]


def test_compose_mounts_files_that_are_there_and_reaches_networks_and_volumes_that_it_has():
    for service in COMPOSE["services"].values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (DEPLOY / source).is_file() if source.startswith("./") else source in COMPOSE["volumes"]
    asked = set(re.findall(r"\$\{([A-Z_]+):\?", (DEPLOY / "compose.yaml").read_text()))
    assert asked <= set(re.findall(r"^ +([A-Z_]+)=…", README, re.MULTILINE))
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_image_is_built_of_all_that_a_wheel_is_made_of():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"], *project["project"]["license-files"], "pyproject.toml", "constraints.txt"}  # fmt: skip
    copied = [line.split()[1:-1] for line in (DEPLOY / "Containerfile").read_text().splitlines() if line.startswith("COPY ") and "--from" not in line]  # fmt: skip
    assert {name for names in copied for name in names} == needed


def test_the_program_is_given_variables_that_it_reads():
    table = (ROOT / "docs/settings.md").read_text()
    program = {*COMPOSE["x-program"]["environment"], *re.findall(r"^ +([A-Z_]+_KEY)=…", README, re.MULTILINE)}
    assert program == {"PGPASSWORD", "OPENAI_API_KEY"}
    for name in program:
        assert f"| `{name}` |" in table


def test_the_database_is_made_and_asked_about_as_the_settings_name_it():
    database = COMPOSE["services"]["database"]
    settings = Settings.model_validate(tomllib.loads((DEPLOY / "machine.toml").read_text()))
    user, host, name = re.fullmatch(r"postgresql://(\w+)@(\w+)/(\w+)", settings.store.url).groups()
    made = database["environment"]
    assert (host, made["POSTGRES_USER"], made["POSTGRES_DB"]) == ("database", user, name)
    assert made["POSTGRES_PASSWORD"] == COMPOSE["x-program"]["environment"]["PGPASSWORD"]
    assert database["healthcheck"]["test"] == ["CMD", "pg_isready", "-U", user, "-d", name]
    for service in COMPOSE["services"].values():
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"])


def test_the_web_server_sends_the_headers_that_serve_sends():
    sent = dict(re.findall(r"^\t\t([A-Z][\w-]+) (.+)$", (DEPLOY / "Caddyfile").read_text(), re.MULTILINE))
    assert {name: value.strip('"') for name, value in sent.items()} == serving._HEADERS
