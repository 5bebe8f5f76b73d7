"""The tables, grouped by noun. See `docs/database.md`."""

from db.models.access import InternetLogin, Nas, Session, SessionHistory
from db.models.attendance import Attendance
from db.models.auth import (
    AppUser,
    LoginFailure,
    Role,
    RolePermission,
    Token,
    TokenGrant,
    UserGrant,
    UserSession,
)
from db.models.base import Base
from db.models.care import Contact, ProtocolMonth, Request, RequestKind, RequestMove, SubscriberNote
from db.models.contracts import Contract, ContractItem, Product
from db.models.devices import Device, DeviceState, Port
from db.models.equipment import Equipment
from db.models.events import Event
from db.models.field import OrderKind, ServiceOrder, ServiceOrderMove, Team, Technician
from db.models.gps import GpsDevice, TechnicianFix, TechnicianPosition
from db.models.imports import Origin
from db.models.once import IdempotencyKey
from db.models.places import BusinessUnit, City, Company
from db.models.receivables import CancellationReason, Credit, Receivable, Settlement
from db.models.subscribers import Subscriber, SubscriberAddress, SubscriberPhone
from db.models.traffic import TrafficSample

__all__ = [
    "AppUser",
    "Attendance",
    "Base",
    "BusinessUnit",
    "CancellationReason",
    "City",
    "Company",
    "Contact",
    "Contract",
    "ContractItem",
    "Credit",
    "Device",
    "DeviceState",
    "Equipment",
    "Event",
    "GpsDevice",
    "IdempotencyKey",
    "InternetLogin",
    "LoginFailure",
    "Nas",
    "OrderKind",
    "Origin",
    "Port",
    "Product",
    "ProtocolMonth",
    "Receivable",
    "Request",
    "RequestKind",
    "RequestMove",
    "Role",
    "RolePermission",
    "ServiceOrder",
    "ServiceOrderMove",
    "Session",
    "SessionHistory",
    "Settlement",
    "Subscriber",
    "SubscriberAddress",
    "SubscriberNote",
    "SubscriberPhone",
    "Team",
    "Technician",
    "TechnicianFix",
    "TechnicianPosition",
    "Token",
    "TokenGrant",
    "TrafficSample",
    "UserGrant",
    "UserSession",
]
