from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.plant import DEVICES, Device, Port
from demo.traffic import DAYS, Curve, DayName, Instant, Span, Surge, curve

PORTS = [(device, port) for device in DEVICES for port in device.ports]
FLOWING = [flow for _, port in PORTS for flow in (port.curve_in, port.curve_out) if flow]

instants = st.floats(0, 400 * 86_400.0)
curves = st.builds(
    curve,
    st.text(max_size=5),
    st.floats(1e3, 1e11),
    st.sampled_from(sorted(DAYS)),
    st.none() | st.builds(Surge, st.floats(1e3, 1e9), st.floats(0, 1800), st.floats(60, 1800)),
)


def counted(flow: Curve, start: float, end: float, steps: int = 2000) -> float:
    """The mean rate by the midpoint rule."""
    step = (end - start) / steps
    return sum(flow.bps(start + (number + 0.5) * step) for number in range(steps)) / steps


@given(curves, instants, st.floats(1, 900))
def test_a_counter_is_the_integral_of_its_rate(flow: Curve, start: float, seconds: float) -> None:
    then, now = Instant(start), Instant(start + seconds)
    mean = counted(flow, start, start + seconds)
    assert flow.mean_over(Span(then, now)) == pytest.approx(mean, rel=1e-4)
    assert (flow.octets(now) - flow.octets(then)) * 8 / seconds == pytest.approx(mean, rel=1e-3)


@given(st.sampled_from(FLOWING), instants)
def test_traffic_never_stops_nor_runs_backwards(flow: Curve, at: float) -> None:
    assert flow.bps(at) > 0


@pytest.mark.parametrize("name", sorted(DAYS))
def test_a_day_has_the_mean_1_and_repeats(name: DayName) -> None:
    day = DAYS[name]
    assert day.integral(86_400.0) - day.integral(0.0) == pytest.approx(86_400.0)
    assert day.level(5000.0) == pytest.approx(day.level(5000.0 + 86_400.0))


def test_homes_are_busy_in_the_evening_and_offices_by_day() -> None:
    at = {hour: hour * 3600.0 for hour in (4, 10, 21)}
    home, office = DAYS["home"], DAYS["office"]
    assert home.level(at[21]) > 1.5 > home.level(at[10]) > 0.7 > 0.35 > home.level(at[4])
    assert office.level(at[10]) > 1.6 > 0.7 > office.level(at[21])


def busiest(port: Port, hours: range) -> float:
    flows = [flow for flow in (port.curve_in, port.curve_out) if flow]
    return max((flow.bps(hour * 60.0) for flow in flows for hour in hours), default=0.0) / port.capacity_bps


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_no_port_ever_carries_more_than_it_can(device: Device) -> None:
    assert all(busiest(port, range(0, 1440, 3)) < 1.0 for port in device.ports)


def test_every_hour_has_a_link_near_its_capacity() -> None:
    transit = next(port for _, port in PORTS if "BETA" in port.use.alias)
    for hour in range(24):
        minutes = range(hour * 60, hour * 60 + 60)
        assert busiest(transit, minutes) > 0.78
        assert (
            min(transit.curve_in.bps(minute * 60.0) for minute in minutes) < 0.72 * 8e9 if transit.curve_in else False
        )


def test_there_are_twenty_devices_with_two_hundred_ports_of_different_names() -> None:
    assert len(DEVICES) == 20
    assert len(PORTS) == 200
    assert len({(device.name, port.interface.name) for device, port in PORTS}) == 200
    assert len({port.mac for _, port in PORTS}) == 200


def test_what_an_olt_gets_is_what_its_pons_send_down() -> None:
    for device in DEVICES:
        if device.family == "olt":
            up = sum(port.curve_in.mean_bps for port in device.ports[:2] if port.curve_in)
            down = sum(port.curve_out.mean_bps for port in device.ports[2:] if port.curve_out)
            assert up == pytest.approx(down)
