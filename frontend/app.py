"""The Reflex application: every page and its address. Importing this module compiles nothing and starts nothing."""

from __future__ import annotations

import reflex as rx

from frontend.pages.access import access
from frontend.pages.agent import agent
from frontend.pages.followup import followup
from frontend.pages.home import home
from frontend.pages.login import login
from frontend.pages.not_found import not_found
from frontend.pages.orders import orders
from frontend.pages.receivables import receivables
from frontend.pages.technicians import technicians
from frontend.pages.traffic import traffic
from frontend.pages.walls import (
    wall,
    wall_access,
    wall_followup,
    wall_orders,
    wall_receivables,
    wall_technicians,
    wall_traffic,
)

app = rx.App(
    html_lang="pt-BR",
    stylesheets=["/farol/tokens.css", "/farol/farol.css", "/farol/wall.css", "/farol/orders.css", "/farol/agent.css"],
    # Reflex's own toasts and connection overlay would be a second banner beside ours, for a socket no reader knows of.
    toaster=None,
    app_wraps={},
    head_components=[
        rx.el.link(rel="icon", type="image/svg+xml", href="/farol/icon.svg"),
        rx.el.meta(name="color-scheme", content="dark light"),
    ],
)

app.add_page(home, route="/", title="Farol")
app.add_page(login, route="/login", title="Entrar · Farol")
app.add_page(receivables, route="/receivables", title="Recebíveis · Farol")
app.add_page(technicians, route="/technicians", title="Técnicos · Farol")
app.add_page(traffic, route="/traffic", title="Tráfego · Farol")
app.add_page(agent, route="/agent", title="Atendimento · Farol")
app.add_page(access, route="/access", title="Acesso · Farol")
app.add_page(wall, route="/wall", title="Telão · Farol")
app.add_page(wall_receivables, route="/wall/receivables", title="Telão de recebíveis · Farol")
app.add_page(wall_technicians, route="/wall/technicians", title="Telão de técnicos · Farol")
app.add_page(wall_traffic, route="/wall/traffic", title="Telão de tráfego · Farol")
app.add_page(wall_access, route="/wall/access", title="Telão de acesso · Farol")
app.add_page(orders, route="/orders", title="Ordens de serviço · Farol")
app.add_page(wall_orders, route="/wall/orders", title="Telão de ordens de serviço · Farol")
app.add_page(followup, route="/followup", title="Acompanhamento · Farol")
app.add_page(wall_followup, route="/wall/followup", title="Telão de acompanhamento · Farol")
app.add_page(not_found, route="404", title="Nada aqui · Farol")
