"""What a line of a file says of a receivable."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from backend.imports import values
from backend.imports.columns import Column
from backend.imports.payments import Payment
from backend.imports.words import refused
from backend.imports.work import Work
from backend.money import ZERO
from realtime.facts import Channel

STATUSES = {
    "open": "open",
    "aberto": "open",
    "em aberto": "open",
    "a receber": "open",
    "vencido": "open",
    "pendente": "open",
    "paid": "paid",
    "pago": "paid",
    "recebido": "paid",
    "quitado": "paid",
    "baixado": "paid",
    "liquidado": "paid",
    "cancelled": "cancelled",
    "cancelado": "cancelled",
    "renegotiated": "renegotiated",
    "renegociado": "renegotiated",
    "annulled": "annulled",
    "anulado": "annulled",
    "gifted": "gifted",
    "gratificado": "gifted",
    "cut": "cut",
    "cortado": "cut",
}


CHANNELS: dict[str, Channel] = {
    "boleto": "boleto",
    "bank slip": "boleto",
    "banco": "boleto",
    "pix": "pix",
    "debit": "debit",
    "debito": "debit",
    "debito automatico": "debit",
    "counter": "counter",
    "caixa": "counter",
    "dinheiro": "counter",
    "balcao": "counter",
    "card": "card",
    "cartao": "card",
    "cartao de credito": "card",
    "cartao de debito": "card",
}


class ReceivableLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    subscriber: str
    amount: Decimal
    due_on: date
    issued_on: date | None = None
    contract: str | None = None
    number: str | None = None
    status: str | None = None
    paid_amount: Decimal | None = None
    paid_on: date | None = None
    credited_on: date | None = None
    channel: Channel | None = None
    cancelled_on: date | None = None
    cancellation_reason: str | None = None

    @property
    def paid(self) -> Decimal | None:
        """All that was ever paid. A status that says paid stands for the whole amount; None says nothing."""
        if self.paid_amount is None and self.status == "paid":
            return self.amount
        return self.paid_amount

    def payment(self, amount: Decimal) -> Payment:
        assert self.paid_on is not None
        return Payment(
            amount=amount,
            paid_on=self.paid_on,
            credited_on=self.credited_on or self.paid_on,
            channel=self.channel or "boleto",
        )


def check(line: ReceivableLine, work: Work) -> None:
    if line.issued_on is not None and line.issued_on > line.due_on:
        raise refused("due_before_issue")
    for column in ("issued_on", "paid_on", "cancelled_on"):
        on = getattr(line, column)
        if on is not None and on > work.today:
            raise refused("in_the_future", column=column)
    if bool(line.paid) != (line.paid_on is not None):
        raise refused("paid_without_amount")
    if line.paid_on and line.credited_on and line.credited_on < line.paid_on:
        raise refused("credited_before_paid")
    if line.status == "paid" and (line.paid or ZERO) < line.amount:
        raise refused("paid_below_amount", paid=line.paid, amount=line.amount)


COLUMNS: tuple[Column, ...] = (
    Column(
        name="id",
        portuguese="codigo",
        read=values.text(100),
        aliases=("titulo", "id titulo", "codigo titulo", "id fatura", "fatura", "receivable id"),
        required=True,
        meaning="What the other system calls the receivable; it never changes.",
        example="T-500",
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
        name="contract",
        portuguese="contrato",
        read=values.text(100),
        aliases=("id contrato", "codigo contrato", "contract id"),
        meaning="The `codigo` of the contract it bills.",
        example="C-1001",
    ),
    Column(
        name="number",
        portuguese="nosso_numero",
        read=values.text(60),
        aliases=("numero", "numero boleto", "nosso num"),
        meaning="What the bank knows it by.",
        example="0000000500",
    ),
    Column(
        name="amount",
        portuguese="valor",
        read=values.amount,
        aliases=("valor titulo", "valor fatura", "valor original"),
        required=True,
        meaning="What is owed, in reais. It does not change by import.",
        example="99,90",
    ),
    Column(
        name="issued_on",
        portuguese="emissao",
        read=values.day,
        aliases=("data emissao", "data de emissao"),
        meaning="The day of issue; the due day, or today if that is earlier, when new and empty.",
        example="01/11/2026",
    ),
    Column(
        name="due_on",
        portuguese="vencimento",
        read=values.day,
        aliases=("data vencimento", "data de vencimento"),
        required=True,
        meaning="The day it falls due. It does not change by import.",
        example="10/11/2026",
    ),
    Column(
        name="status",
        portuguese="situacao",
        read=values.choice(STATUSES),
        meaning="`aberto` (when empty), `pago`, `cancelado`, `renegociado`, `anulado`, `gratificado` or `cortado`.",
        example="pago",
    ),
    Column(
        name="paid_amount",
        portuguese="valor_pago",
        read=values.price,
        aliases=("valor recebido", "pago", "recebido"),
        meaning="All that was paid for it so far. More than here is settled; less is a conflict. Above the amount "
        "it is a credit of the subscriber. Empty with `pago`: the whole amount.",
        example="99,90",
    ),
    Column(
        name="paid_on",
        portuguese="data_pagamento",
        read=values.day,
        aliases=("pagamento", "data de pagamento", "data baixa", "pago em"),
        meaning="The day of the (last) payment.",
        example="09/11/2026",
    ),
    Column(
        name="credited_on",
        portuguese="data_credito",
        read=values.day,
        aliases=("credito", "data de credito"),
        meaning="The day the bank hands the money over; the day of the payment when empty.",
        example="10/11/2026",
    ),
    Column(
        name="channel",
        portuguese="forma_pagamento",
        read=values.choice(CHANNELS),
        aliases=("forma de pagamento", "meio", "meio de pagamento", "canal"),
        meaning="`boleto` (when empty), `pix`, `debito`, `caixa` or `cartao`.",
        example="pix",
    ),
    Column(
        name="cancelled_on",
        portuguese="data_cancelamento",
        read=values.day,
        aliases=("cancelamento", "data de cancelamento"),
        meaning="The day it was cancelled.",
    ),
    Column(
        name="cancellation_reason",
        portuguese="motivo_cancelamento",
        read=values.text(),
        aliases=("motivo", "motivo de cancelamento"),
        meaning="Why; one that is not on the list is added to it.",
    ),
)
