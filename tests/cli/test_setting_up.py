"""Setting up: a settings file to begin with, the version, how much is shown and written down."""

import os
import re
import subprocess
import sys
import tomllib

from pipeline.records import PROGRAM
from pipeline.settings import Settings
from tests import ROOT


def test_init_writes_every_setting_and_changes_none(run, tmp_path):
    home = tmp_path / "home"
    assert run("init", "--home", home).code == 0
    written = (home / "machine.toml").read_text()
    assert Settings.model_validate(tomllib.loads(written)) == Settings()
    spelt_out = re.sub(r"^# (\w+ = )", r"\1", written, flags=re.MULTILINE)
    assert Settings.model_validate(tomllib.loads(spelt_out)) == Settings()
    for section in ("[model]", "[model.small]", "[site]", "[log]", "# replay =", "# price_in ="):
        assert f"\n{section}" in written
    again = run("init", "--home", home)
    assert (again.code, "left as it is" in again.err) == (2, True)


def test_the_version_is_told(run):
    assert run("--version").out == f"{PROGRAM}\n"


def test_what_is_shown_is_less_or_more_and_the_log_file_has_every_step(run, home, thread, web):
    settings = home / "machine.toml"
    settings.write_text(f'{settings.read_text()}\n[log]\nfile = "machine.log"\n')
    run("sources", "silence", "--page", f"{web.base}/nowhere", "--home", home)
    verbose = run("--verbose", "thread", "silence", "--home", home).err
    assert "is writing: 1 × extract" in verbose
    assert "fetch       1 of 2 pages" in verbose
    quiet = run("--quiet", "thread", "silence", "--home", home).err
    assert [line.strip()[0] for line in quiet.splitlines()] == ["!"]
    log = (home / "machine.log").read_text()
    assert log.count("step=fetch") == log.count("step=failed") == 2
    assert "is writing" not in log
    assert "is writing" not in run("thread", "silence", "--home", home).err
    assert run("--quiet").code == 2


def test_a_shell_completes_the_installed_command():
    installed = "import sys; sys.argv[0] = 'information-machine'; from pipeline.cli.main import main; main()"
    asked = {"_INFORMATION_MACHINE_COMPLETE": "complete_bash", "COMP_WORDS": "information-machine w", "COMP_CWORD": "1"}
    told = subprocess.run([sys.executable, "-c", installed], cwd=ROOT, env={**os.environ, **asked}, capture_output=True, text=True)  # fmt: skip
    assert told.stdout.split() == ["watch", "worker"]


def test_a_log_that_cannot_be_written_is_told_once_and_the_work_goes_on(run, home, thread):
    settings = home / "machine.toml"
    settings.write_text(settings.read_text() + '[log]\nfile = "nowhere/steps.log"\n')
    ended = run("thread", thread, "--home", home)
    assert ended.code == 0
    assert ended.err.count("nowhere/steps.log cannot be written (No such file or directory: see [log] file)") == 1
