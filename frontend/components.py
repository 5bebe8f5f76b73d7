"""The browser's components (`assets/farol/*.jsx`) as Reflex components: props are typed here, behaviour lives there."""

from __future__ import annotations

from typing import Any

import reflex as rx

from frontend.place import module


class AgentDesk(rx.Component):
    """The whole of `/agent`; what it shows is in the address."""

    library = module("agent.jsx")
    tag = "AgentDesk"


class Guard(rx.Component):
    """Sends whoever is not signed in to the login page."""

    library = module("shell.jsx")
    tag = "Guard"


class Banner(rx.Component):
    """The one banner: connection lost, updates paused, new version."""

    library = module("shell.jsx")
    tag = "Banner"


class DemoMark(rx.Component):
    """Says that the data is a demonstration, when it is."""

    library = module("shell.jsx")
    tag = "DemoMark"


class ConnectionDot(rx.Component):
    library = module("shell.jsx")
    tag = "ConnectionDot"


class PauseButton(rx.Component):
    library = module("shell.jsx")
    tag = "PauseButton"


class ThemeButton(rx.Component):
    library = module("shell.jsx")
    tag = "ThemeButton"


class LanguageButton(rx.Component):
    library = module("shell.jsx")
    tag = "LanguageButton"


class UserMenu(rx.Component):
    library = module("shell.jsx")
    tag = "UserMenu"


class Brand(rx.Component):
    library = module("shell.jsx")
    tag = "Brand"


class NavLink(rx.Component):
    """A link of the navigation that knows when it is where the reader is."""

    library = module("shell.jsx")
    tag = "NavLink"
    to: rx.Var[str]
    label: rx.Var[str]


class Palette(rx.Component):
    """Ctrl-K, and the single-key shortcuts."""

    library = module("palette.jsx")
    tag = "Palette"


class LoginForm(rx.Component):
    library = module("login.jsx")
    tag = "LoginForm"


class Box(rx.Component):
    """A panel on screen: title, age once that matters, hatch when stale. `topic`: see `frontend.live.topic`."""

    library = module("box.jsx")
    tag = "Box"
    topic: rx.Var[str]
    title: rx.Var[str]
    href: rx.Var[str]
    note: rx.Var[str]


class Money(rx.Component):
    """An amount in BRL with sign and cents set smaller."""

    library = module("box.jsx")
    tag = "Money"
    value: rx.Var[Any]


class DayTrend(rx.Component):
    """Received against another day, over the hours both have finished. `other` names the field with its hours."""

    library = module("box.jsx")
    tag = "DayTrend"
    date: rx.Var[str]
    other: rx.Var[str]


class DayCurve(rx.Component):
    """Received by hour, cumulative, against last week and last month."""

    library = module("curve.jsx")
    tag = "DayCurve"
    date: rx.Var[str]
    legend: rx.Var[bool]


class MonthCurve(rx.Component):
    """Expected and received through a month, cumulative."""

    library = module("curve.jsx")
    tag = "MonthCurve"
    month: rx.Var[str]
    legend: rx.Var[bool]


class Channels(rx.Component):
    """Received by channel."""

    library = module("receivables.jsx")
    tag = "Channels"
    date: rx.Var[str]


class Latest(rx.Component):
    """The last settlements; subscribers' names only where `names` says so."""

    library = module("receivables.jsx")
    tag = "Latest"
    limit: rx.Var[int]
    names: rx.Var[bool]


class Ageing(rx.Component):
    """Open receivables by days late."""

    library = module("receivables.jsx")
    tag = "Ageing"
    month: rx.Var[str]


class ReceivablesList(rx.Component):
    """Pages of GET /api/v1/receivables, narrowed by its query parameters."""

    library = module("list.jsx")
    tag = "ReceivablesList"
    narrow: rx.Var[dict[str, str]]
    ready: rx.Var[bool]
    today: rx.Var[str]


class AccessFigures(rx.Component):
    """Sessions online, silent, without a contract."""

    library = module("access.jsx")
    tag = "AccessFigures"
    wall: rx.Var[bool]


class AccessBars(rx.Component):
    """Sessions online `by_nas`, `by_city` or `by_plan`."""

    library = module("access.jsx")
    tag = "AccessBars"
    by: rx.Var[str]
    limit: rx.Var[int]


class AccessMinutes(rx.Component):
    """Sessions that began and ended each minute of the last hour."""

    library = module("access.jsx")
    tag = "AccessMinutes"


class Drops(rx.Component):
    """Many sessions that ended together."""

    library = module("access.jsx")
    tag = "Drops"
    limit: rx.Var[int]


class FollowUp(rx.Component):
    """A department's open requests, the chosen one with its history, and the keys to work through them."""

    library = module("requests.jsx")
    tag = "FollowUp"


class ByDeadline(rx.Component):
    """A department's open requests by deadline; a press narrows the list."""

    library = module("followup.jsx")
    tag = "ByDeadline"


class ByKind(rx.Component):
    """A department's open requests by kind; a press narrows the list."""

    library = module("followup.jsx")
    tag = "ByKind"
    limit: rx.Var[int]


class Sessions(rx.Component):
    """Search of sessions by login, address, MAC and instant (`?q=`, `?at=`)."""

    library = module("sessions.jsx")
    tag = "Sessions"


class NasList(rx.Component):
    """The NAS and a form to add one."""

    library = module("nas.jsx")
    tag = "NasList"


class LastDrops(rx.Component):
    """The last drops, in a line each."""

    library = module("glance.jsx")
    tag = "LastDrops"
    limit: rx.Var[int]


class Offline(rx.Component):
    """Who should be online and is not, the last to go first."""

    library = module("glance.jsx")
    tag = "Offline"
    limit: rx.Var[int]


class AccessDoor(rx.Component):
    """A search by login, address or MAC that leads to the page of access."""

    library = module("glance.jsx")
    tag = "AccessDoor"


class LateOrders(rx.Component):
    """Service orders that are late now."""

    library = module("glance.jsx")
    tag = "LateOrders"
    limit: rx.Var[int]


class Departments(rx.Component):
    """Each department's open and late requests."""

    library = module("glance.jsx")
    tag = "Departments"


class DepartmentTabs(rx.Component):
    """Chooses `?department=`; the first is the default."""

    library = module("followup.jsx")
    tag = "DepartmentTabs"
    departments: rx.Var[list[str]]


class PortGraphs(rx.Component):
    library = module("ports.jsx")
    tag = "PortGraphs"


class DevicePorts(rx.Component):
    library = module("ports.jsx")
    tag = "DevicePorts"


class NetworkFigures(rx.Component):
    """Devices by status and the sum of their traffic."""

    library = module("network.jsx")
    tag = "NetworkFigures"
    wall: rx.Var[bool]


class Troubles(rx.Component):
    """Devices that do not answer."""

    library = module("network.jsx")
    tag = "Troubles"
    limit: rx.Var[int]


class DeviceMap(rx.Component):
    """Every device by city, grey while it answers."""

    library = module("network.jsx")
    tag = "DeviceMap"


class BusyLinks(rx.Component):
    """The busiest links against their capacity."""

    library = module("network.jsx")
    tag = "BusyLinks"
    limit: rx.Var[int]
    wall: rx.Var[bool]


class OrdersDesk(rx.Component):
    """The dispatcher's board of service orders, its table, one order, and the form that opens one."""

    library = module("orders.jsx")
    tag = "OrdersDesk"


class OrdersTools(rx.Component):
    """What narrows the board, and the button that opens an order."""

    library = module("orders.jsx")
    tag = "OrdersTools"


class OrdersCurve(rx.Component):
    """Orders done through the day against the plan."""

    library = module("orders_wall.jsx")
    tag = "OrdersCurve"
    date: rx.Var[str]


class TechnicianMap(rx.Component):
    """Where technicians are, on the provider's own map; a wall is shown one city after the other."""

    library = module("map.jsx")
    tag = "TechnicianMap"
    wall: rx.Var[bool]


class TechnicianCard(rx.Component):
    """The technician of `?technician=`."""

    library = module("technicians.jsx")
    tag = "TechnicianCard"


class TechnicianAdd(rx.Component):
    """Buttons that open the forms of a new technician and a new team."""

    library = module("technician_forms.jsx")
    tag = "TechnicianAdd"


class TechnicianFigures(rx.Component):
    """How many technicians are at what."""

    library = module("technicians.jsx")
    tag = "TechnicianFigures"
    wall: rx.Var[bool]


class TechnicianList(rx.Component):
    """Technicians who are late or on the way first."""

    library = module("technicians.jsx")
    tag = "TechnicianList"
    limit: rx.Var[int]


class DayPicker(rx.Component):
    """Chooses the day of `?date=`, today when absent; with `future` also one to come."""

    library = module("when.jsx")
    tag = "DayPicker"
    future: rx.Var[bool]


class MonthPicker(rx.Component):
    """Chooses the month of `?month=`, the current one when absent."""

    library = module("when.jsx")
    tag = "MonthPicker"


class ViewTabs(rx.Component):
    """Chooses `?view=` among names with labels; the first is the default."""

    library = module("when.jsx")
    tag = "ViewTabs"
    views: rx.Var[list[list[str]]]


class SearchBox(rx.Component):
    """A search field whose words are `?q=` of the address; `on_search` hears them when they change."""

    library = module("when.jsx")
    tag = "SearchBox"
    placeholder: rx.Var[str]
    label: rx.Var[str]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]  # type: ignore[valid-type, type-arg]
