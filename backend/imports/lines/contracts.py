"""What a line of a file says of a contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from backend.imports import values
from backend.imports.columns import Column
from backend.imports.words import refused
from backend.imports.work import Work

STATUSES = {
    "active": "active",
    "ativo": "active",
    "habilitado": "active",
    "normal": "active",
    "suspended": "suspended",
    "suspenso": "suspended",
    "bloqueado": "suspended",
    "cancelled": "cancelled",
    "cancelado": "cancelled",
    "inativo": "cancelled",
    "ended": "ended",
    "encerrado": "ended",
    "draft": "draft",
    "rascunho": "draft",
    "aguardando": "draft",
}


PRODUCTS = {
    "internet": "internet",
    "telephony": "telephony",
    "telefonia": "telephony",
    "tv": "tv",
    "other": "other",
    "outro": "other",
}


class ContractLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    subscriber: str
    product: str
    price: Decimal
    signed_on: date
    status: str | None = None
    product_kind: str | None = None
    login: str | None = None


def check(line: ContractLine, work: Work) -> None:
    if line.signed_on > work.today:
        raise refused("in_the_future", column="signed_on")


COLUMNS: tuple[Column, ...] = (
    Column(
        name="id",
        portuguese="codigo",
        read=values.text(100),
        aliases=("contrato", "id contrato", "codigo contrato", "numero contrato", "contract id"),
        required=True,
        meaning="What the other system calls the contract; it never changes.",
        example="C-1001",
    ),
    Column(
        name="subscriber",
        portuguese="assinante",
        read=values.text(100),
        aliases=("cliente", "id cliente", "codigo cliente", "codigo assinante", "subscriber id"),
        required=True,
        meaning="The `codigo` of the subscriber, or the number that screens show. It does not change by import.",
        example="1001",
    ),
    Column(
        name="product",
        portuguese="plano",
        read=values.text(),
        aliases=("produto", "servico", "pacote"),
        required=True,
        meaning="The product's name; one that is not known is made.",
        example="Fibra 500",
    ),
    Column(
        name="price",
        portuguese="valor",
        read=values.price,
        aliases=("preco", "mensalidade", "valor mensal"),
        required=True,
        meaning="What this contract pays per month, in reais.",
        example="99,90",
    ),
    Column(
        name="signed_on",
        portuguese="data_contrato",
        read=values.day,
        aliases=("data", "assinatura", "data assinatura", "inicio", "data ativacao", "ativacao"),
        required=True,
        meaning="The day it was signed.",
        example="10/01/2024",
    ),
    Column(
        name="status",
        portuguese="situacao",
        read=values.choice(STATUSES),
        meaning="`ativo` (when new and empty), `suspenso`, `cancelado`, `encerrado` or `rascunho`.",
        example="ativo",
    ),
    Column(
        name="product_kind",
        portuguese="tipo_produto",
        read=values.choice(PRODUCTS),
        meaning="`internet` (when empty), `telefonia`, `tv` or `outro`, for a product that is made.",
        example="internet",
    ),
    Column(
        name="login",
        portuguese="login",
        read=values.login,
        aliases=("usuario", "pppoe", "login pppoe", "usuario pppoe", "username"),
        meaning="The RADIUS User-Name of its sessions. A contract that is over gets none, and gives its own away.",
        example="exemplo@norte",
    ),
)
