"""Every other kind of file, each by its own example first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.imports.registry import KINDS
from collectors.credentials import Credentials, read_credentials
from db.models import (
    BusinessUnit,
    City,
    Company,
    Contract,
    ContractItem,
    Device,
    InternetLogin,
    Nas,
    Product,
    ServiceOrder,
    ServiceOrderMove,
    Team,
    Technician,
)
from realtime.facts import (
    ContractChanged,
    DeviceAdded,
    InternetLoginAdded,
    NasAdded,
    ServiceOrderMoved,
    ServiceOrderOpened,
    TeamChanged,
    TechnicianChanged,
)
from tests.backend.imports.office import VAULT, Office, outcomes, people, why
from tests.world import World


async def test_the_examples_of_every_kind_load_in_order_into_an_empty_database(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    """As a provider begins: with nothing."""
    office = Office(engine, tmp_path)
    for name, kind in KINDS.items():
        example = kind.example().replace("Belo Horizonte", "Alto")
        assert outcomes(await office.load(name, example, company=None)) == ["created"], name
    before, facts = await office.state(), await office.facts()
    for name, kind in KINDS.items():
        example = kind.example().replace("Belo Horizonte", "Alto")
        assert outcomes(await office.load(name, example, company=None)) == ["unchanged"], name
    assert (await office.state(), await office.facts()) == (before, facts)
    assert len(await office.rows(BusinessUnit, "name")) == 2
    assert await office.rows(Company, "cnpj") == [("12ABC34501DE35",)] and await office.rows(City, "name") == [
        ("Alto",)
    ]


@pytest.mark.parametrize("name", KINDS)
def test_the_columns_of_a_kind_are_the_fields_of_its_line(name: str) -> None:
    kind = KINDS[name]
    assert sorted(column.name for column in kind.columns) == sorted(kind.line.__struct_fields__)
    needed = {field.name for field in msgspec.structs.fields(kind.line) if field.required}
    assert needed == {column.name for column in kind.columns if column.required}
    spellings = [spelling for column in kind.columns for spelling in column.spellings]
    assert len(spellings) == len(set(spellings)), "a header would mean two columns"


CONTRACTS = "codigo;assinante;plano;valor;data_contrato;situacao;login\n"
FIRST = "C1;P1;Fibra 500;99,90;10/01/2024;ativo;ana@norte\n"


async def test_a_contract_brings_its_product_price_and_login(office: Office, world: World) -> None:
    await office.load("subscribers", people(2))
    office.rung.clear()
    assert outcomes(await office.load("contracts", CONTRACTS + FIRST)) == ["created"]
    assert await office.rows(Contract, "company_id", "city_id", "status") == [(world.north, world.alto, "active")]
    assert [(str(price), since.isoformat()) for price, since in await office.rows(ContractItem, "price", "since")] == [
        ("99.90", "2024-01-10")
    ]
    assert await office.rows(InternetLogin, "login") == [("ana@norte",)]
    assert {type(recorded.fact) for recorded in office.rung} == {ContractChanged, InternetLoginAdded}
    moved = FIRST.replace("Fibra 500;99,90", "fibra 500;89,90").replace("ativo", "bloqueado").replace("ana@", "ana2@")
    assert outcomes(await office.load("contracts", CONTRACTS + moved)) == ["changed"]
    assert outcomes(await office.load("contracts", CONTRACTS + moved)) == ["unchanged"]
    assert await office.rows(InternetLogin, "login") == [("ana2@norte",)]
    assert await office.rows(Product, "name") == [("Fibra 500",)]
    assert why(await office.load("contracts", CONTRACTS + moved.replace("P1", "P2"))) == ["fixed"]


async def test_a_login_belongs_to_one_contract_until_that_is_over(office: Office) -> None:
    await office.load("subscribers", people(2))
    second = FIRST.replace("C1;P1", "C2;P2")
    assert why(await office.load("contracts", CONTRACTS + FIRST + second)) == [None, "taken"]
    over = FIRST.replace("ativo", "cancelado")
    assert outcomes(await office.load("contracts", CONTRACTS + over + second)) == ["changed", "created"]
    ((owner, login),) = await office.rows(InternetLogin, "contract_id", "login")
    assert login == "ana@norte" and owner == max(await office.rows(Contract, "id"))[0]
    assert outcomes(await office.load("contracts", CONTRACTS + over + second)) == ["unchanged", "unchanged"]


async def opened(office: Office) -> Credentials:
    """What a collector asks the only device with."""
    ((number, version, sealed),) = await office.rows(Device, "id", "snmp_version", "snmp_credentials")
    return read_credentials(version, VAULT.open(sealed, purpose="snmp", record=f"device:{number}"))


async def test_a_device_is_polled_as_the_file_says(office: Office) -> None:
    head = "codigo;nome;ip;cidade;comunidade;versao_snmp;usuario_snmp;protocolo_autenticacao;senha_autenticacao\n"
    assert outcomes(await office.load("devices", head + "d;OLT;192.0.2.1;Alto;segredo;2c;;;\n")) == ["created"]
    assert (await opened(office)).community == "segredo"
    assert isinstance(office.rung[-1].fact, DeviceAdded)
    assert outcomes(await office.load("devices", head + "d;OLT;192.0.2.1;Alto;outro;2c;;;\n")) == ["changed"]
    assert (await opened(office)).community == "outro"
    third = head + "d;OLT;192.0.2.1;Alto;;v3;ana;sha256;longa o bastante\n"
    assert outcomes(await office.load("devices", third)) == ["changed"]
    assert outcomes(await office.load("devices", third)) == ["unchanged"]
    assert await opened(office) == Credentials(
        "3", user="ana", auth_protocol="sha256", auth_password="longa o bastante"
    )
    assert why(await office.load("devices", third.replace("longa o bastante", "curta"))) == ["pass_phrase"]
    assert why(await office.load("devices", third.replace("longa o bastante", ""))) == ["snmp_pair"]
    assert why(await office.load("devices", third.replace("ana", ""))) == ["snmp_user_needed"]
    assert why(await office.load("devices", third.replace("v3", "2c"))) == ["community_needed"]
    assert why(await office.load("devices", third.replace("Alto", "Baixo"))) == ["fixed"]
    assert why(await office.load("devices", third.replace("Alto", "Nenhures"))) == ["unknown_city"]


async def test_a_nas_keeps_its_secret_sealed_and_its_network_alone(office: Office) -> None:
    head = "codigo;nome;nasname;segredo;cidade;fabricante\n"
    assert outcomes(await office.load("nas", head + "n;BNG;192.0.2.1;segredo;Alto;mikrotik\n")) == ["created"]
    ((number, sealed),) = await office.rows(Nas, "id", "secret")
    assert VAULT.open(sealed, purpose="radius", record=f"nas:{number}") == b"segredo"
    assert isinstance(office.rung[-1].fact, NasAdded)
    assert outcomes(await office.load("nas", head + "n;BNG;192.0.2.1;novo;Alto;mikrotik\n")) == ["changed"]
    two = head + "m;BNG 2;192.0.2.1;segredo;Alto;mikrotik\no;BNG 3;192.0.2.0/24;segredo;Alto;zte\n"
    assert why(await office.load("nas", two)) == ["taken", None]
    assert why(await office.load("nas", two, company="Sul")) == ["taken", "taken"]


async def test_technicians_follow_their_team(office: Office, world: World) -> None:
    teams = "codigo;nome;cidade\nE1;Equipe 1;Alto\nE2;Equipe 2;Baixo\nE3;equipe 1;Alto\n"
    assert why(await office.load("teams", teams)) == [None, None, "taken"]
    assert isinstance(office.rung[-1].fact, TeamChanged)
    people_ = "codigo;nome;equipe;celular\nT1;Iara;E1;31 98765-4321\nT2;Davi;Equipe 2;\nT3;Nina;Equipe 9;\n"
    assert why(await office.load("technicians", people_)) == [None, None, "unknown_record"]
    assert isinstance(office.rung[-1].fact, TechnicianChanged)
    assert await office.rows(Technician, "name", "city_id") == [("Davi", world.baixo), ("Iara", world.alto)]
    moved = people_.replace("Iara;E1", "Iara;E2")
    assert outcomes(await office.load("technicians", moved)) == ["changed", "unchanged", "refused"]
    assert await office.rows(Technician, "name", "city_id") == [("Davi", world.baixo), ("Iara", world.baixo)]
    assert why(await office.load("technicians", "codigo;nome\nT9;Caio\n")) == ["missing"]
    assert outcomes(await office.load("teams", teams.replace("Equipe 2;Baixo", "Equipe Dois;Baixo"))) == [
        "unchanged",
        "changed",
        "refused",
    ]
    assert len(await office.rows(Team, "id")) == 2


ORDERS = (
    "codigo;tipo;situacao;assinante;equipe;tecnico;agenda_inicio;agenda_fim;encerramento;solucao;motivo;local;cidade;"
    "negocio\n"
)
WINDOW = "24/11/2026 08:00;24/11/2026 12:00"


@pytest.fixture
async def field(office: Office) -> Office:
    """A subscriber, a team and a technician."""
    await office.load("subscribers", people(1))
    await office.load("teams", "codigo;nome;cidade\nE1;Equipe 1;Alto\n")
    await office.load("technicians", "codigo;nome;equipe\nT1;Iara;E1\n")
    office.rung.clear()
    return office


async def _order(office: Office, line: str) -> tuple[str, str | None]:
    (result,) = await office.load("orders", ORDERS + line + "\n")
    return result.outcome, result.reason.code if result.reason else None


async def test_an_order_follows_the_file_move_by_move(field: Office) -> None:
    planned = f"O1;Reparo;agendada;P1;E1;T1;{WINDOW};;;;;;"
    done = f"O1;Reparo;concluida;P1;E1;T1;{WINDOW};24/11/2026 11:00;Conector trocado;;;;"
    assert await _order(field, "O1;Reparo;aberta;P1;;;;;;;;;;") == ("created", None)
    assert await _order(field, planned) == ("changed", None)
    assert await _order(field, planned) == ("unchanged", None)
    failed = f"O1;Reparo;improdutiva;P1;E1;T1;{WINDOW};24/11/2026 09:00;;Ausente;;;"
    assert await _order(field, failed) == ("changed", None)
    assert await _order(field, planned) == ("changed", None)
    assert await _order(field, done) == ("changed", None)
    assert await _order(field, done) == ("unchanged", None)
    assert await _order(field, planned) == ("refused", "order_ended")
    assert await field.rows(ServiceOrder, "stage", "resolution", "reason_id", "location") == [
        ("done", "Conector trocado", None, "Rua das Flores, 1 - Centro")
    ]
    moves = await field.rows(ServiceOrderMove, "version", "before", "after")
    assert moves == [
        (0, None, "open"),
        (1, "open", "scheduled"),
        (2, "scheduled", "failed"),
        (3, "failed", "scheduled"),
        (4, "scheduled", "done"),
    ]
    kinds = [type(recorded.fact) for recorded in field.rung]
    assert kinds == [ServiceOrderOpened, *[ServiceOrderMoved] * 4]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("O1;Reparo;agendada;P1;;;;;;;;;;", "team_and_time"),
        ("O1;Reparo;agendada;P1;E1;;24/11/2026 12:00;24/11/2026 08:00;;;;;;", "window"),
        (f"O1;Reparo;concluida;P1;E1;;{WINDOW};;feito;;;;", "end_needed"),
        (f"O1;Reparo;concluida;P1;E1;;{WINDOW};24/11/2026 11:00;;;;;", "resolution_needed"),
        ("O1;Reparo;cancelada;P1;;;;;24/11/2026 11:00;;;;;", "reason_needed"),
        ("O1;Reparo;aberta;;;;;;;;;Torre 1;;", "subscriber_or_location"),
        ("O1;Reparo;aberta;;;;;;;;;Torre 1;Alto;", "unit_needed"),
        ("O1;Reparo;aberta;P7;;;;;;;;;;", "unknown_record"),
        ("O1;Reparo;aberta;1;;;;;;;;;;", "location_needed"),
        (f"O1;Reparo;agendada;P1;E9;;{WINDOW};;;;;;", "unknown_record"),
        (f"O1;Reparo;agendada;P1;E1;T9;{WINDOW};;;;;;", "unknown_record"),
        (f"O1;Reparo;concluida;P1;E1;;{WINDOW};24/11/2036 11:00;feito;;;;", "in_the_future"),
    ],
)
async def test_an_order_that_cannot_be_is_refused(field: Office, line: str, code: str) -> None:
    before = await field.state()
    assert await _order(field, line) == ("refused", code)
    after = await field.state()
    assert {name for name in before if before[name] != after[name]} <= {"order_kind"}


async def test_a_task_on_the_network_needs_no_subscriber(field: Office, world: World) -> None:
    assert await _order(field, "O2;Poda;aberta;;;;;;;;;Torre 1;Alto;Residencial") == ("created", None)
    rows = await field.rows(ServiceOrder, "subscriber_id", "location", "city_id")
    assert rows == [(None, "Torre 1", world.alto)]


async def test_a_line_that_the_database_refuses_is_found_among_a_thousand(office: Office, engine: AsyncEngine) -> None:
    """Whatever no check foresaw: here a rule that only this database has."""
    async with engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE subscriber ADD CHECK (name <> 'Pessoa 500')")
    results = await office.load("subscribers", people(1000), batch=1000)
    refused: list[Any] = [result for result in results if result.reason]
    assert [(result.source_id, result.reason.code) for result in refused] == [("P500", "database")]
    assert outcomes(results).count("created") == 999
