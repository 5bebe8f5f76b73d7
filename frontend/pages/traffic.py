"""`/traffic`: devices, busy ports and graphs. `?device=`, `?port=`, `?range=`, `?from=&to=` are in the address."""

from __future__ import annotations

import reflex as rx

from frontend import components as c
from frontend.desk import desk
from frontend.live import topic
from frontend.table import Column, live_table
from frontend.text import t
from realtime.panels import devices_health, traffic_top


def traffic() -> rx.Component:
    return desk(
        rx.el.div(
            c.Box.create(
                c.NetworkFigures.create(),
                topic=topic(devices_health.panel),
                title=t("The network now"),
                class_name="area-network",
            ),
            rx.el.div(c.PortGraphs.create(), class_name="area-graphs"),
            c.Box.create(
                live_table(
                    traffic_top.panel,
                    Column(field="alias", header=t("Port"), under="device"),
                    Column(field="busiest_bps", header=t("Now"), kind="bps"),
                    Column(field="utilisation", header=t("Of capacity"), kind="utilisation", rank=2),
                    Column(field="trail", header=t("Recent"), kind="spark", rank=3),
                    params={"limit": 50},
                    empty=t("No port has a recent measurement."),
                    select="port",
                ),
                topic=topic(traffic_top.panel, limit=50),
                title=t("Busiest ports"),
                class_name="area-top",
            ),
            c.Box.create(c.DevicePorts.create(), title=t("Choose a port"), class_name="area-ports"),
            c.Box.create(
                live_table(
                    devices_health.panel,
                    Column(field="status", header=t("Status"), kind="status"),
                    Column(field="name", header=t("Device"), under="address"),
                    Column(field="city", header=t("City"), rank=2),
                    Column(field="since", header=t("Since"), kind="moment", rank=2),
                    Column(field="round_trip_ms", header=t("Answer"), kind="ms", rank=3),
                    Column(field="uptime_s", header=t("Uptime"), kind="span", rank=3),
                    Column(field="ports", header=t("Ports"), kind="integer", rank=3),
                    Column(field="ports_down", header=t("Ports down"), kind="integer", rank=3),
                    Column(field="in_bps", header=t("In"), kind="bps", rank=2),
                    Column(field="out_bps", header=t("Out"), kind="bps", rank=2),
                    empty=t("No device is being polled yet. Add the first one with POST /api/v1/devices."),
                    select="device",
                    tools=True,
                ),
                topic=topic(devices_health.panel),
                title=t("Devices"),
                class_name="area-devices",
            ),
            class_name="grid grid-traffic",
        ),
        title=t("Traffic"),
    )
