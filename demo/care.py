"""Who answers in the demo, what can be asked for, and why a request is cancelled; with fixed ids. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from demo.copy import Batch
from demo.places import COMPANIES
from realtime.facts import Department


class Kind(NamedTuple):
    """`weight` is how often it is asked for, `asks` what people say, `answers` how it ends."""

    name: str
    department: Department
    deadline_days: int
    weight: int
    asks: tuple[str, ...]
    answers: tuple[str, ...]


KINDS = (
    Kind(
        "Mudança de plano", "commercial", 7, 14,
        ("Quer passar para 700 Mega.", "Pergunta pelo plano de 1 Giga.", "Quer um plano mais barato."),
        ("Plano alterado a partir do próximo ciclo.", "Cliente ficou de pensar.", "Proposta enviada e aceita."),
    ),
    Kind(
        "Contratação", "commercial", 7, 9,
        ("Mudou-se para a rua e quer internet.", "Indicação de um vizinho.", "Quer TV junto com a internet."),
        ("Contrato assinado, instalação agendada.", "Sem viabilidade no endereço.", "Não respondeu a três contatos."),
    ),
    Kind(
        "Cancelamento", "commercial", 10, 8,
        ("Vai mudar de cidade.", "Achou caro.", "Não está satisfeito com a velocidade."),
        ("Retido com desconto por seis meses.", "Cancelado, retirada agendada.", "Desistiu do cancelamento."),
    ),
    Kind(
        "Segunda via de boleto", "finance", 7, 18,
        ("Não recebeu o boleto deste mês.", "Perdeu o boleto.", "Pede o boleto por WhatsApp."),
        ("Boleto reenviado.", "Enviado o código Pix.", "Já estava pago."),
    ),
    Kind(
        "Contestação de cobrança", "finance", 10, 10,
        ("Valor maior que o combinado.", "Cobrado depois do cancelamento.", "Pagou duas vezes."),
        ("Título corrigido.", "Cobrança devida, explicada ao cliente.", "Crédito lançado para o próximo mês."),
    ),
    Kind(
        "Mudança de vencimento", "finance", 7, 8,
        ("Passa a receber no dia 10.", "Prefere vencimento no dia 20."),
        ("Vencimento alterado.", "Alterado a partir do próximo título."),
    ),
    Kind(
        "Lentidão", "technical", 7, 14,
        ("Internet lenta à noite.", "Wi-Fi não chega ao quarto.", "Vídeo trava no fim de semana."),
        ("Canal do Wi-Fi trocado.", "Perfil corrigido na OLT.", "Roteador trocado em visita."),
    ),
    Kind(
        "Quedas frequentes", "technical", 7, 11,
        ("Cai várias vezes por dia.", "Cai quando chove."),
        ("Conector refeito.", "Sinal corrigido na CTO.", "Sem quedas após 48 horas de observação."),
    ),
    Kind(
        "Mudança de endereço", "technical", 10, 8,
        ("Muda-se no fim do mês.", "Mudou para a rua de trás."),
        ("Transferência feita.", "Sem rede no novo endereço, oferecido o distrato."),
    ),
)  # fmt: skip

REASONS = ("Pedido repetido", "Aberto por engano", "Cliente desistiu", "Resolvido no próprio atendimento")

DEPARTMENTS: tuple[Department, ...] = ("commercial", "finance", "technical")

AGENTS = {"sac1": 3, "sac2": 4}
"""Logins of those who answer the telephone, and their user ids. People of the demo are named for what they do."""

WORKERS: dict[Department, tuple[str, int]] = {
    "commercial": ("comercial", 5),
    "finance": ("financeiro", 6),
    "technical": ("suporte", 7),
}
"""Who answers for a department: login and user id."""

NAMES = {
    "sac1": "Atendimento 1",
    "sac2": "Atendimento 2",
    "comercial": "Comercial",
    "financeiro": "Financeiro",
    "suporte": "Suporte",
}


def kind_id(company_id: int, kind: Kind) -> int:
    return [company.id for company in COMPANIES].index(company_id) * len(KINDS) + KINDS.index(kind) + 1


def batches(at: datetime) -> list[Batch]:
    rows = [
        (kind_id(company.id, kind), company.id, kind.name, kind.department, kind.deadline_days, at)
        for company in COMPANIES
        for kind in KINDS
    ]
    return [Batch("request_kind", "id company_id name department deadline_days created_at", rows)]
