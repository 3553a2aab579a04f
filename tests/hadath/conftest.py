"""Commands as a user gives them."""

from __future__ import annotations

import re

import pytest

from hadath.cli import main


@pytest.fixture
def run(capfd):
    """Runs a command; returns exit code, standard output and standard error."""

    def call(*arguments):
        code = main([str(one) for one in arguments])
        said = capfd.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def predict(run, tiny_model):
    return lambda *arguments: run("predict", "--model", tiny_model, "--threads", 1, "--quiet", *arguments)


@pytest.fixture
def fault(run):
    """Runs a command that must fail with one sentence; returns it."""

    def call(*arguments):
        code, out, error = run(*arguments)
        assert code == 2
        assert out == ""
        [line] = [one for one in error.splitlines() if one]
        assert re.fullmatch(r"hadath: .{20,500}", line)
        assert "Traceback" not in error
        return line

    return call
