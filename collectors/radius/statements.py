"""The SQL of the ledger: arrays in, a whole batch per statement. Instants travel as epoch seconds."""

from __future__ import annotations

from sqlalchemy import text

# The lock makes one collector at a time work on the sessions of a NAS, in one order, so none waits for another in turn.
LOCK_NAS = text(
    """
    SELECT id, CAST(extract(epoch FROM reloaded_at) AS float8) FROM nas
    WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR NO KEY UPDATE
    """
)

RELOAD_NAS = text(
    """
    UPDATE nas SET reloaded_at = to_timestamp(:at)
    WHERE id = :id AND (reloaded_at IS NULL OR reloaded_at < to_timestamp(:at))
    RETURNING id
    """
)

OPEN = text(
    """
    SELECT key, id, CAST(extract(epoch FROM started_at) AS float8), CAST(extract(epoch FROM last_at) AS float8),
           CAST(extract(epoch FROM heard_at) AS float8), mac, address, delegated_prefix, session_s,
           in_counter, out_counter, in_octets, out_octets, interim_s, unknown, contract_id, subscriber_id,
           company_id, business_unit_id, city_id
    FROM session WHERE key = ANY(CAST(:keys AS bytea[]))
    """
)

# How far back a repeated or late packet is recognised: a NAS repeats for minutes, and one that was cut off for days.
ENDED = text(
    """
    SELECT DISTINCT ON (key) key, id, CAST(extract(epoch FROM started_at) AS float8),
           CAST(extract(epoch FROM last_at) AS float8), mac, address, delegated_prefix,
           in_counter, out_counter, in_octets, out_octets, CAST(extract(epoch FROM ended_at) AS float8), ended, cause
    FROM session_history
    WHERE key = ANY(CAST(:keys AS bytea[])) AND ended_at > to_timestamp(:now) - interval '3 days'
    ORDER BY key, ended_at DESC
    """
)

LOGINS = text(
    """
    SELECT l.company_id, l.login, c.business_unit_id, c.city_id, c.id, c.subscriber_id, plan.product_id
    FROM unnest(CAST(:companies AS bigint[]), CAST(:logins AS text[])) AS wanted(company_id, login)
    JOIN internet_login l ON l.company_id = wanted.company_id AND l.login = wanted.login
    JOIN contract c ON c.id = l.contract_id
    LEFT JOIN LATERAL (
        SELECT i.product_id FROM contract_item i JOIN product p ON p.id = i.product_id AND p.kind = 'internet'
        WHERE i.contract_id = c.id ORDER BY i.since DESC, i.id DESC LIMIT 1
    ) plan ON true
    """
)

BEGIN = text(
    """
    INSERT INTO session (
        id, key, nas_id, company_id, business_unit_id, city_id, contract_id, subscriber_id, product_id, session_id,
        login, port, mac, address, delegated_prefix, started_at, last_at, heard_at, session_s, in_octets, out_octets,
        in_counter, out_counter, interim_s
    )
    SELECT coalesce(n.id, nextval(pg_get_serial_sequence('session', 'id'))), n.key, n.nas_id, n.company_id,
           n.business_unit_id, n.city_id, n.contract_id, n.subscriber_id, n.product_id, n.session_id, n.login, n.port,
           n.mac, CAST(n.address AS inet), CAST(n.delegated_prefix AS cidr), to_timestamp(n.started_at),
           to_timestamp(n.last_at), to_timestamp(n.heard_at), n.session_s, n.in_octets, n.out_octets, n.in_counter,
           n.out_counter, n.interim_s
    FROM unnest(
        CAST(:id AS bigint[]), CAST(:key AS bytea[]), CAST(:nas_id AS bigint[]), CAST(:company_id AS bigint[]),
        CAST(:business_unit_id AS bigint[]), CAST(:city_id AS bigint[]), CAST(:contract_id AS bigint[]),
        CAST(:subscriber_id AS bigint[]), CAST(:product_id AS bigint[]), CAST(:session_id AS text[]),
        CAST(:login AS text[]), CAST(:port AS text[]), CAST(:mac AS text[]), CAST(:address AS text[]),
        CAST(:delegated_prefix AS text[]), CAST(:started_at AS float8[]), CAST(:last_at AS float8[]),
        CAST(:heard_at AS float8[]), CAST(:session_s AS bigint[]), CAST(:in_octets AS bigint[]),
        CAST(:out_octets AS bigint[]), CAST(:in_counter AS bigint[]), CAST(:out_counter AS bigint[]),
        CAST(:interim_s AS float8[])
    ) AS n(
        id, key, nas_id, company_id, business_unit_id, city_id, contract_id, subscriber_id, product_id, session_id,
        login, port, mac, address, delegated_prefix, started_at, last_at, heard_at, session_s, in_octets, out_octets,
        in_counter, out_counter, interim_s
    )
    """
)

# A column that gets the value it has does not stand in the way of an update in place.
HEARD = text(
    """
    UPDATE session s SET
        last_at = to_timestamp(n.last_at), heard_at = to_timestamp(n.heard_at), session_s = n.session_s, mac = n.mac,
        address = CAST(n.address AS inet), delegated_prefix = CAST(n.delegated_prefix AS cidr),
        in_octets = n.in_octets, out_octets = n.out_octets, in_counter = n.in_counter, out_counter = n.out_counter,
        interim_s = n.interim_s, unknown = false
    FROM unnest(
        CAST(:id AS bigint[]), CAST(:last_at AS float8[]), CAST(:heard_at AS float8[]), CAST(:session_s AS bigint[]),
        CAST(:mac AS text[]), CAST(:address AS text[]), CAST(:delegated_prefix AS text[]),
        CAST(:in_octets AS bigint[]), CAST(:out_octets AS bigint[]), CAST(:in_counter AS bigint[]),
        CAST(:out_counter AS bigint[]), CAST(:interim_s AS float8[])
    ) AS n(id, last_at, heard_at, session_s, mac, address, delegated_prefix, in_octets, out_octets, in_counter,
           out_counter, interim_s)
    WHERE s.id = n.id
    """
)

IDENTIFIED = text(
    """
    UPDATE session s SET contract_id = n.contract_id, subscriber_id = n.subscriber_id, product_id = n.product_id,
        business_unit_id = n.business_unit_id, city_id = n.city_id
    FROM unnest(
        CAST(:id AS bigint[]), CAST(:contract_id AS bigint[]), CAST(:subscriber_id AS bigint[]),
        CAST(:product_id AS bigint[]), CAST(:business_unit_id AS bigint[]), CAST(:city_id AS bigint[])
    ) AS n(id, contract_id, subscriber_id, product_id, business_unit_id, city_id)
    WHERE s.id = n.id
    """
)

COLUMNS_OF_BOTH = (
    "id, key, nas_id, company_id, business_unit_id, city_id, contract_id, subscriber_id, product_id, session_id, "
    "login, port, mac, address, delegated_prefix, started_at"
)

# The row that was open, with what its end adds.
END_OPEN = text(
    f"""
    WITH n AS (
        SELECT * FROM unnest(
            CAST(:id AS bigint[]), CAST(:last_at AS float8[]), CAST(:ended_at AS float8[]), CAST(:ended AS text[]),
            CAST(:cause AS bigint[]), CAST(:mac AS text[]), CAST(:address AS text[]),
            CAST(:delegated_prefix AS text[]), CAST(:in_octets AS bigint[]), CAST(:out_octets AS bigint[]),
            CAST(:in_counter AS bigint[]), CAST(:out_counter AS bigint[])
        ) AS n(id, last_at, ended_at, ended, cause, mac, address, delegated_prefix, in_octets, out_octets, in_counter,
               out_counter)
    ), gone AS (DELETE FROM session s USING n WHERE s.id = n.id RETURNING s.*)
    INSERT INTO session_history (
        {COLUMNS_OF_BOTH}, last_at, in_octets, out_octets, in_counter, out_counter, ended_at, ended, cause
    )
    SELECT g.id, g.key, g.nas_id, g.company_id, g.business_unit_id, g.city_id, g.contract_id, g.subscriber_id,
           g.product_id, g.session_id, g.login, g.port, n.mac, CAST(n.address AS inet),
           CAST(n.delegated_prefix AS cidr), g.started_at, to_timestamp(n.last_at), n.in_octets, n.out_octets,
           n.in_counter, n.out_counter, to_timestamp(n.ended_at), n.ended, n.cause
    FROM gone g JOIN n ON n.id = g.id
    """  # noqa: S608 - the columns are ours
)

# A session that began and ended between two commits, or whose Stop was the first that was heard of it.
END_UNSEEN = text(
    f"""
    INSERT INTO session_history (
        {COLUMNS_OF_BOTH}, last_at, in_octets, out_octets, in_counter, out_counter, ended_at, ended, cause
    )
    SELECT coalesce(n.id, nextval(pg_get_serial_sequence('session', 'id'))), n.key, n.nas_id, n.company_id,
           n.business_unit_id, n.city_id, n.contract_id, n.subscriber_id, n.product_id, n.session_id, n.login, n.port,
           n.mac, CAST(n.address AS inet), CAST(n.delegated_prefix AS cidr), to_timestamp(n.started_at),
           to_timestamp(n.last_at), n.in_octets, n.out_octets, n.in_counter, n.out_counter, to_timestamp(n.ended_at),
           n.ended, n.cause
    FROM unnest(
        CAST(:id AS bigint[]), CAST(:key AS bytea[]), CAST(:nas_id AS bigint[]), CAST(:company_id AS bigint[]),
        CAST(:business_unit_id AS bigint[]), CAST(:city_id AS bigint[]), CAST(:contract_id AS bigint[]),
        CAST(:subscriber_id AS bigint[]), CAST(:product_id AS bigint[]), CAST(:session_id AS text[]),
        CAST(:login AS text[]), CAST(:port AS text[]), CAST(:mac AS text[]), CAST(:address AS text[]),
        CAST(:delegated_prefix AS text[]), CAST(:started_at AS float8[]), CAST(:last_at AS float8[]),
        CAST(:in_octets AS bigint[]), CAST(:out_octets AS bigint[]), CAST(:in_counter AS bigint[]),
        CAST(:out_counter AS bigint[]), CAST(:ended_at AS float8[]), CAST(:ended AS text[]), CAST(:cause AS bigint[])
    ) AS n(
        id, key, nas_id, company_id, business_unit_id, city_id, contract_id, subscriber_id, product_id, session_id,
        login, port, mac, address, delegated_prefix, started_at, last_at, in_octets, out_octets, in_counter,
        out_counter, ended_at, ended, cause
    )
    """  # noqa: S608 - the columns are ours
)

# An instant went through a float: a millisecond each way is the same row.
CORRECT = text(
    """
    UPDATE session_history h SET
        ended_at = to_timestamp(n.ended_at), ended = n.ended, cause = n.cause, last_at = to_timestamp(n.last_at),
        in_octets = n.in_octets, out_octets = n.out_octets, in_counter = n.in_counter, out_counter = n.out_counter
    FROM unnest(
        CAST(:id AS bigint[]), CAST(:stored_at AS float8[]), CAST(:ended_at AS float8[]), CAST(:ended AS text[]),
        CAST(:cause AS bigint[]), CAST(:last_at AS float8[]), CAST(:in_octets AS bigint[]),
        CAST(:out_octets AS bigint[]), CAST(:in_counter AS bigint[]), CAST(:out_counter AS bigint[])
    ) AS n(id, stored_at, ended_at, ended, cause, last_at, in_octets, out_octets, in_counter, out_counter)
    WHERE h.id = n.id AND h.ended_at BETWEEN to_timestamp(n.stored_at - 0.001) AND to_timestamp(n.stored_at + 0.001)
    """
)

RESUME = text(
    """
    DELETE FROM session_history h
    USING unnest(CAST(:id AS bigint[]), CAST(:stored_at AS float8[])) AS n(id, stored_at)
    WHERE h.id = n.id AND h.ended_at BETWEEN to_timestamp(n.stored_at - 0.001) AND to_timestamp(n.stored_at + 0.001)
    """
)
