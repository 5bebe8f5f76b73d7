"""Settings: where they come from, what is refused, and that each is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from farol.settings import NAMES, Settings, SettingsError, as_environment, load

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(NAMES.values()))
def test_every_setting_is_documented_for_the_code_and_for_people(name: str) -> None:
    assert re.search(rf"^ *{name}\s+\S", Settings.__doc__ or "", re.MULTILINE), f"{name} is not in the docstring"
    assert f"| `{name}` |" in (ROOT / "docs/settings.md").read_text(), f"{name} has no row in docs/settings.md"


def test_every_documented_setting_exists() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
    assert set(rows) == set(NAMES.values())


def test_the_environment_wins_over_the_file_which_wins_over_the_default(tmp_path: Path) -> None:
    (tmp_path / "farol.toml").write_text("port = 9000\nworkers = 3\n")
    settings = load({"PORT": "9001"}, tmp_path)
    assert (settings.port, settings.workers, settings.host) == (9001, 3, "127.0.0.1")


def test_home_is_absolute_and_relative_to_the_folder_of_the_start(tmp_path: Path) -> None:
    assert load({}, tmp_path).home == tmp_path / ".farol"
    assert load({"FAROL_HOME": "/var/lib/farol"}, tmp_path).home == Path("/var/lib/farol")


def test_settings_survive_the_way_through_a_childs_environment(tmp_path: Path) -> None:
    given = {"PORT": "9001", "FAROL_DEMO": "1", "FAROL_SECRET": "s" * 32, "DATABASE_URL": "postgresql://a:b@c/d"}
    settings = load(given, tmp_path)
    assert load(as_environment(settings), Path("/")) == settings


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "farol.example"])
def test_a_demo_is_refused_where_others_can_reach_it(host: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="FAROL_DEMO opens the login demo/demo"):
        load({"HOST": host, "FAROL_DEMO": "1"}, tmp_path)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "::1", "localhost"])
def test_a_demo_is_welcome_on_loopback(host: str, tmp_path: Path) -> None:
    assert load({"HOST": host, "FAROL_DEMO": "1"}, tmp_path).demo


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"PORT": "eighty"}, "PORT is 'eighty'"),
        ({"PORT": "0"}, "PORT is '0'"),
        ({"PORT": "70000"}, "PORT is '70000'"),
        ({"FAROL_DEMO": "maybe"}, "FAROL_DEMO is 'maybe'"),
        ({"FAROL_WORKERS": "0"}, "FAROL_WORKERS is '0'"),
        ({"FAROL_SECRET": "short"}, "FAROL_SECRET is shorter"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL has to begin with"),
        ({"REDIS_URL": "amqp://x"}, "REDIS_URL has to begin with"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(environ: dict[str, str], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=re.escape(sentence)):
        load(environ, tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"), [("porto = 1", "'porto', which is no setting"), ("port = ", "cannot be read")]
)
def test_a_file_with_a_mistake_is_refused_with_its_path(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "farol.toml").write_text(text)
    with pytest.raises(SettingsError, match=f"farol.toml.*{sentence}"):
        load({}, tmp_path)
