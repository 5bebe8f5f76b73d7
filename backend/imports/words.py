"""Why a line, or a file, was not taken: a code with values, said in English and in Portuguese."""

from __future__ import annotations

from typing import Literal

import msgspec

Language = Literal["en", "pt-BR"]

SENTENCES: dict[str, tuple[str, str]] = {
    # The line itself.
    "too_few_cells": (
        "The line has {found} columns, the header {wanted}: is the file cut off here, or a quote or delimiter missing?",
        "A linha tem {found} colunas e o cabeçalho {wanted}: o arquivo foi cortado aqui, ou falta aspas ou separador?",
    ),
    "too_many_cells": (
        "The line has {found} columns, the header {wanted}: a text that holds the delimiter needs quotes.",
        "A linha tem {found} colunas e o cabeçalho {wanted}: um texto que contém o separador precisa de aspas.",
    ),
    "unclosed_quote": (
        "A quote opens here and does not close.",
        "Aspas abrem aqui e não fecham.",
    ),
    "broken_line": (
        "The line cannot be read as CSV: {detail}.",
        "A linha não pode ser lida como CSV: {detail}.",
    ),
    "too_long": (
        "The line, or one of its fields, is longer than {most} characters.",
        "A linha, ou um de seus campos, tem mais de {most} caracteres.",
    ),
    "undecodable": (
        "The line holds characters that are not in the file's encoding, or a NUL.",
        "A linha contém caracteres que não existem na codificação do arquivo, ou um NUL.",
    ),
    "missing": (
        "{column} is empty, and is needed.",
        "{column} está vazio, e é necessário.",
    ),
    "duplicate": (
        "This id is on line {line} already.",
        "Este id já está na linha {line}.",
    ),
    # A value.
    "text_too_long": (
        "{column} has more than {most} characters.",
        "{column} tem mais de {most} caracteres.",
    ),
    "not_an_amount": (
        "{column} is no amount: {value}. Write 1234,56 or 1234.56.",
        "{column} não é um valor: {value}. Escreva 1234,56 ou 1234.56.",
    ),
    "ambiguous_amount": (
        "{column} can be read in two ways: {value}. Write it with two decimals.",
        "{column} pode ser lido de duas formas: {value}. Escreva com duas casas decimais.",
    ),
    "negative": (
        "{column} is negative: {value}.",
        "{column} é negativo: {value}.",
    ),
    "zero": (
        "{column} must be above zero.",
        "{column} precisa ser maior que zero.",
    ),
    "too_large": (
        "{column} is larger than can be kept: {value}.",
        "{column} é maior do que se pode guardar: {value}.",
    ),
    "decimals": (
        "{column} has more than two decimals: {value}.",
        "{column} tem mais de duas casas decimais: {value}.",
    ),
    "not_a_day": (
        "{column} is no date: {value}. Write 24/11/2026 or 2026-11-24.",
        "{column} não é uma data: {value}. Escreva 24/11/2026 ou 2026-11-24.",
    ),
    "not_an_instant": (
        "{column} is no date with time: {value}. Write 24/11/2026 08:15 or 2026-11-24T08:15.",
        "{column} não é data e hora: {value}. Escreva 24/11/2026 08:15 ou 2026-11-24T08:15.",
    ),
    "not_a_number": (
        "{column} must be a number from {least} to {most}: {value}.",
        "{column} precisa ser um número de {least} a {most}: {value}.",
    ),
    "not_one_of": (
        "{column} is {value}; known are: {known}.",
        "{column} é {value}; conhecidos são: {known}.",
    ),
    "not_a_document": (
        "{column} is no CPF (11 digits) or CNPJ (14 digits or letters): {value}.",
        "{column} não é CPF (11 dígitos) nem CNPJ (14 dígitos ou letras): {value}.",
    ),
    "check_digits": (
        "The check digits of {column} are wrong: {value}.",
        "Os dígitos verificadores de {column} não conferem: {value}.",
    ),
    "not_a_phone": (
        "{column} is no phone with area code: {value}. Write (31) 98765-4321 or +5531987654321.",
        "{column} não é telefone com DDD: {value}. Escreva (31) 98765-4321 ou +5531987654321.",
    ),
    "not_a_postal_code": (
        "{column} is no CEP of eight digits: {value}.",
        "{column} não é um CEP de oito dígitos: {value}.",
    ),
    "not_an_address": (
        "{column} is no IPv4 or IPv6 address: {value}.",
        "{column} não é um endereço IPv4 ou IPv6: {value}.",
    ),
    "not_a_network": (
        "{column} is no IP address or network without host bits (10.0.0.0/24), at least /8 or IPv6 /32: {value}.",
        "{column} não é endereço IP nem rede sem bits de host (10.0.0.0/24), no mínimo /8 ou IPv6 /32: {value}.",
    ),
    "not_a_login": (
        "{column} is no login of one word: {value}.",
        "{column} não é um login de uma palavra: {value}.",
    ),
    "not_an_ibge_code": (
        "{column} is no IBGE code of seven digits: {value}.",
        "{column} não é um código IBGE de sete dígitos: {value}.",
    ),
    "not_a_state": (
        "{column} is no state of two letters: {value}.",
        "{column} não é uma UF de duas letras: {value}.",
    ),
    "not_a_time_zone": (
        "{column} is no time zone such as America/Sao_Paulo: {value}.",
        "{column} não é um fuso horário como America/Sao_Paulo: {value}.",
    ),
    # A line against itself.
    "kind_and_document": (
        "A person has a CPF and a company a CNPJ.",
        "Pessoa física tem CPF e pessoa jurídica tem CNPJ.",
    ),
    "address_incomplete": (
        "An address needs {column}, too.",
        "Um endereço precisa também de {column}.",
    ),
    "due_before_issue": (
        "due_on is before issued_on.",
        "O vencimento é anterior à emissão.",
    ),
    "in_the_future": (
        "{column} lies in the future.",
        "{column} está no futuro.",
    ),
    "credited_before_paid": (
        "credited_on is before paid_on.",
        "A data de crédito é anterior à do pagamento.",
    ),
    "paid_without_amount": (
        "A payment needs both paid_amount and paid_on.",
        "Um pagamento precisa de valor pago e data de pagamento.",
    ),
    "paid_below_amount": (
        "The status is paid, but {paid} of {amount} was.",
        "A situação é pago, mas foram pagos {paid} de {amount}.",
    ),
    "community_needed": (
        "SNMP 1 and 2c need a community.",
        "SNMP 1 e 2c precisam de comunidade.",
    ),
    "snmp_user_needed": (
        "SNMP 3 needs snmp_user.",
        "SNMP 3 precisa de usuário.",
    ),
    "snmp_pair": (
        "SNMP 3 needs both {one} and {other}, or none.",
        "SNMP 3 precisa de {one} e {other}, ou de nenhum.",
    ),
    "snmp_auth_first": (
        "SNMP 3 cannot encrypt without authentication.",
        "SNMP 3 não cifra sem autenticação.",
    ),
    "pass_phrase": (
        "{column} has fewer than eight characters (RFC 3414).",
        "{column} tem menos de oito caracteres (RFC 3414).",
    ),
    "subscriber_or_location": (
        "An order needs a subscriber, or a location and a city.",
        "Uma ordem precisa de assinante, ou de local e cidade.",
    ),
    "location_needed": (
        "The subscriber has no installation address: say the location.",
        "O assinante não tem endereço de instalação: diga o local.",
    ),
    "team_and_time": (
        "An order that is {stage} needs team, scheduled_from and scheduled_until.",
        "Uma ordem em {stage} precisa de equipe, início e fim da agenda.",
    ),
    "window": (
        "scheduled_until must be after scheduled_from, and both are needed.",
        "O fim da agenda precisa ser depois do início, e os dois são necessários.",
    ),
    "end_needed": (
        "An order that is {stage} needs ended_at.",
        "Uma ordem em {stage} precisa da data de encerramento.",
    ),
    "resolution_needed": (
        "An order that is done needs a resolution.",
        "Uma ordem concluída precisa de solução.",
    ),
    "reason_needed": (
        "An order that is {stage} needs a reason.",
        "Uma ordem em {stage} precisa de motivo.",
    ),
    "degrees_pair": (
        "latitude and longitude go together.",
        "Latitude e longitude vão juntas.",
    ),
    # A line against the database.
    "unknown_city": (
        "There is no city {value}. Add it to cities.csv, or write its IBGE code.",
        "Não há cidade {value}. Inclua em cities.csv, ou escreva o código IBGE.",
    ),
    "ambiguous_city": (
        "There are several cities {value}: say the state, or the IBGE code.",
        "Há várias cidades {value}: diga a UF, ou o código IBGE.",
    ),
    "unknown_unit": (
        "{company} has no business unit {value}.",
        "{company} não tem o negócio {value}.",
    ),
    "unit_needed": (
        "{company} has several business units ({known}), or none: say which in business_unit.",
        "{company} tem vários negócios ({known}), ou nenhum: diga qual em negocio.",
    ),
    "unknown_record": (
        "{company} has no {noun} with the id {value}. Import it first; one of another company does not count.",
        "{company} não tem {noun} com o id {value}. Importe primeiro; de outra empresa não vale.",
    ),
    "taken": (
        "{column} {value} belongs to another record already.",
        "{column} {value} já pertence a outro registro.",
    ),
    "fixed": (
        "{column} of a record that exists does not change by import (here {ours}, in the file {theirs}).",
        "{column} de um registro existente não muda por importação (aqui {ours}, no arquivo {theirs}).",
    ),
    "money_conflict": (
        "{column} is {ours} here and {theirs} in the file. Settled money never changes by import.",
        "{column} é {ours} aqui e {theirs} no arquivo. Dinheiro baixado nunca muda por importação.",
    ),
    "status_conflict": (
        "The status is {ours} here and {theirs} in the file, and there is no way from one to the other by import.",
        "A situação é {ours} aqui e {theirs} no arquivo, e a importação não passa de uma para a outra.",
    ),
    "order_ended": (
        "The order is {ours} and stays so (in the file {theirs}).",
        "A ordem está {ours} e assim fica (no arquivo {theirs}).",
    ),
    "database": (
        "The database refuses the line: {detail}.",
        "O banco de dados recusa a linha: {detail}.",
    ),
}  # fmt: skip

MOST_SHOWN = 60
"""Characters of a value that a report repeats."""


class Reason(msgspec.Struct, frozen=True):
    """A code of `SENTENCES` and what its sentence names."""

    code: str
    values: dict[str, str] = {}

    def say(self, language: Language) -> str:
        return SENTENCES[self.code][language == "pt-BR"].format(**self.values)


class Refused(Exception):
    """A value, or a line, is not taken. Nothing of the line was written."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.say("en"))
        self.reason = reason


def reason(code: str, **values: object) -> Reason:
    """Values are shortened: a report repeats no field of ten megabytes."""
    return Reason(code, {name: _short(str(value)) for name, value in values.items()})


def refused(code: str, **values: object) -> Refused:
    return Refused(reason(code, **values))


def _short(value: str) -> str:
    shown = value if len(value) <= MOST_SHOWN else value[: MOST_SHOWN - 1] + "…"
    return "".join(sign if sign.isprintable() else "�" for sign in shown)
