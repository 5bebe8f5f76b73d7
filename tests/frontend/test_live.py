"""`live()` is typed by the panel, so that a page that asks for what is not there fails when it is compiled."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import reflex as rx

from frontend.live import UnknownParameter, connection, live, live_age, query, topic
from frontend.table import Column, UnknownField, live_table
from frontend.text import t
from realtime.panels import receivables_day, receivables_latest, traffic_port
from realtime.registry import discover


def hooks(var: rx.Var[Any]) -> list[str]:
    data = var._get_all_var_data()
    assert data is not None
    return list(data.hooks)


@pytest.mark.parametrize("panel", discover().panels.values(), ids=lambda panel: panel.name)
def test_every_panel_can_be_bound(panel: Any) -> None:
    required = {"port": 1} if panel.name == "traffic.port" else {}
    var = live(panel, **required)
    assert f'useLive("{panel.name}"' in hooks(var)[-1]


def test_a_field_is_read_from_the_data_by_its_name() -> None:
    received = live(receivables_day.panel).received
    assert str(received).endswith('?.["received"]')
    assert 'useLive("receivables.day"' in hooks(received)[0]


def test_a_field_the_panel_does_not_have_is_refused() -> None:
    with pytest.raises(AttributeError, match="recieved"):
        _ = live(receivables_day.panel).recieved


def test_a_nested_record_is_typed_too() -> None:
    assert str(live(receivables_day.panel).pix.amount).endswith('?.["pix"]?.["amount"]')
    with pytest.raises(AttributeError):
        _ = live(receivables_day.panel).pix.nothing


def test_rows_of_a_table_are_typed_in_foreach() -> None:
    made = rx.foreach(live(receivables_latest.panel), lambda row: rx.el.li(row.subscriber))
    assert "subscriber" in str(made.render())
    with pytest.raises(AttributeError):
        rx.foreach(live(receivables_latest.panel), lambda row: rx.el.li(row.nobody)).render()


def test_a_parameter_the_panel_does_not_have_is_refused() -> None:
    for bind in (live, topic, live_age):
        with pytest.raises(UnknownParameter, match="day"):
            bind(receivables_day.panel, day="2026-11-24")


def test_the_same_binding_is_one_hook_and_another_parameter_is_another() -> None:
    assert str(live(traffic_port.panel, port=1)) == str(live(traffic_port.panel, port=1))
    assert str(live(traffic_port.panel, port=1)) != str(live(traffic_port.panel, port=2))


def test_the_hook_of_a_parameter_runs_before_the_hook_that_reads_it() -> None:
    asked, bound = hooks(live(receivables_day.panel, date=query("date")))
    assert asked == 'const date_query = useQuery("date");'
    assert "date_query" in bound


def test_a_default_is_left_out_of_the_topic() -> None:
    assert str(topic(receivables_day.panel, date=None)) == str(topic(receivables_day.panel))
    assert '"date"' in str(topic(receivables_day.panel, date=date(2026, 11, 24)))


def test_age_and_connection_are_bound_like_data() -> None:
    assert 'useLiveAge("receivables.day"' in hooks(live_age(receivables_day.panel).ms)[0]
    assert hooks(connection().status) == ["const connection_ = useConnection();"]


def test_a_column_the_rows_do_not_have_is_refused() -> None:
    with pytest.raises(UnknownField, match="nobody"):
        live_table(
            receivables_latest.panel, Column(field="nobody", header=t("Subscriber")), empty=t("Nothing is open.")
        )
