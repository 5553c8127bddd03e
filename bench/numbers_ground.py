"""The ground of `bench/numbers_world.py`: terms, sessions, members, units, nodes of one committee."""

from __future__ import annotations

from typing import Final

# Two terms of five years, ten sessions; whoever sits in one sits in both.
_PEOPLE: Final = (
    """
    INSERT INTO organization_term (id, committee_id, number, starts_on, ends_on)
    SELECT uuidv7(), %(committee)s, n, make_date(2012 + 5 * n, 1, 1), make_date(2016 + 5 * n, 12, 31)
    FROM generate_series(1, 2) n
    """,
    """
    INSERT INTO organization_session
        (id, committee_id, term_id, number, opens_on, closes_on, proposal_cutoff_on, code_prefix)
    SELECT uuidv7(), %(committee)s, t.id, n - extract(year FROM t.starts_on) + 1, make_date(n, 1, 6),
        make_date(n, 1, 9), make_date(n, 1, 8), n::text
    FROM generate_series(2017, 2026) n
    JOIN organization_term t ON t.committee_id = %(committee)s
        AND n BETWEEN extract(year FROM t.starts_on) AND extract(year FROM t.ends_on)
    """,
    """
    INSERT INTO organization_sector (id, committee_id, term_id, name, "order", key)
    SELECT uuidv7(), %(committee)s, t.id, '第' || n || '界', n, 'sector-' || n
    FROM organization_term t, generate_series(1, 24) n WHERE t.committee_id = %(committee)s
    """,
    """
    INSERT INTO organization_member (id, committee_id, number, name, stroke_key, work_unit_and_title, status)
    SELECT uuidv7(), %(committee)s, lpad(n::text, 5, '0'), '委员' || n, lpad(n::text, 5, '0'), '单位' || n, 'active'
    FROM generate_series(1, %(members)s) n
    """,
    """
    INSERT INTO organization_membership (id, committee_id, member_id, term_id, sector_id, standing)
    SELECT uuidv7(), %(committee)s, m.id, s.term_id, s.id,
        CASE WHEN m.number::int <= 30 THEN 'standing_member' ELSE 'member' END
    FROM organization_member m JOIN organization_sector s
        ON s.committee_id = %(committee)s AND s."order" = m.number::int %% 24 + 1
    WHERE m.committee_id = %(committee)s
    """,
    """
    INSERT INTO organization_unit (id, committee_id, name, short_name, kind)
    SELECT uuidv7(), %(committee)s, '第' || n || '局', '', 'department' FROM generate_series(1, 60) n
    """,
    """
    INSERT INTO organization_staffpost
        (id, committee_id, establishment, workplace, title, holder, document, since)
    SELECT uuidv7(), %(committee)s, (ARRAY['administrative', 'worker', 'institution'])[1 + n %% 3],
        (ARRAY['office', 'service_centre'])[1 + n %% 2], '科员', '干部' || n, '编发〔2020〕1号', '2020-01-01'
    FROM generate_series(1, 24) n
    """,
    """
    INSERT INTO organization_staffchange (id, committee_id, kind, name, "on", document)
    SELECT uuidv7(), %(committee)s, (ARRAY['selected', 'promoted', 'exchanged', 'ranked'])[1 + n %% 4], '干部' || n,
        make_date(2017 + n %% 10, 3, 1), '任免〔2020〕1号'
    FROM generate_series(1, 60) n
    """,
)

# A workstation in each of sixteen townships, four councils under each, a room under each council.
_NODES: Final = (
    """
    INSERT INTO organization_node (id, committee_id, kind, name, host, address, about, place_id, opened_on)
    SELECT uuidv7(), %(committee)s, 'station', p.name || '委员工作站', 'township', '', '', p.code, '2018-05-01'
    FROM (
        SELECT code, name FROM organization_place
        WHERE level = 'town' AND code LIKE regexp_replace(%(code)s, '(00)+$', '') || '%%' ORDER BY code LIMIT 16
    ) p
    """,
    """
    INSERT INTO organization_node
        (id, committee_id, kind, name, host, address, about, parent_id, station_id, place_id, opened_on)
    SELECT uuidv7(), %(committee)s, 'council', '第' || n || '协商议事会',
        CASE WHEN n = 1 THEN 'township' WHEN n %% 2 = 0 THEN 'village' ELSE 'community' END, '', '', s.id, s.id,
        CASE WHEN n = 1 THEN s.place_id ELSE coalesce(
            (SELECT code FROM organization_place WHERE parent_id = s.place_id ORDER BY code OFFSET n LIMIT 1),
            s.place_id)
        END, '2018-06-01'
    FROM organization_node s, generate_series(1, 4) n WHERE s.committee_id = %(committee)s AND s.kind = 'station'
    """,
    """
    INSERT INTO organization_node
        (id, committee_id, kind, name, host, address, about, parent_id, station_id, place_id, opened_on)
    SELECT uuidv7(), c.committee_id, 'room', '协商议事室', c.host, '', '', c.id, c.station_id, c.place_id, c.opened_on
    FROM organization_node c WHERE c.committee_id = %(committee)s AND c.kind = 'council'
    """,
    """
    INSERT INTO codes_accesscode
        (id, committee_id, token, status, issued_at, issued_by_name, ended_reason, ended_by_name, node_id)
    SELECT uuidv7(), committee_id, left(md5(id::text), 16), 'active', now(), '', '', '', id
    FROM organization_node WHERE committee_id = %(committee)s
    """,
    """
    INSERT INTO grassroots_secondedperson (id, committee_id, home_id, member_id, name, work_unit_and_title)
    SELECT uuidv7(), committee_id, committee_id, id, name, work_unit_and_title
    FROM organization_member WHERE committee_id = %(committee)s
    """,
    """
    INSERT INTO grassroots_secondment (id, committee_id, person_id, node_id, since)
    SELECT uuidv7(), %(committee)s, p.id, n.id, '2018-07-01'
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS r FROM grassroots_secondedperson
        WHERE committee_id = %(committee)s) p
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS r, count(*) OVER () AS n FROM organization_node
        WHERE committee_id = %(committee)s) n ON n.r = 1 + p.r %% n.n
    """,
    """
    INSERT INTO grassroots_appraisalscheme (id, committee_id, year, name, state, budget_yuan, sharing, decision,
        approved_by_name, version, round_to_yuan)
    SELECT uuidv7(), %(committee)s, n, n || '年度考核', 'approved', 200000, 'by_score', '主席会议', '', 1, 0
    FROM generate_series(2019, 2026) n
    """,
)

# What the rows of matters take turns with, as arrays: one row.
_TURNS: Final = (
    "DROP TABLE IF EXISTS turn",
    """
    CREATE TEMP TABLE turn ON COMMIT DROP AS SELECT
        (SELECT array_agg(id ORDER BY number) FROM organization_member WHERE committee_id = %(committee)s) AS members,
        (SELECT array_agg(id ORDER BY name) FROM organization_unit WHERE committee_id = %(committee)s) AS units,
        (SELECT array_agg(id ORDER BY opens_on) FROM organization_session WHERE committee_id = %(committee)s)
            AS plenaries,
        (SELECT array_agg(id ORDER BY name) FROM proposals_topic WHERE committee_id = %(committee)s) AS subjects,
        (SELECT array_agg(id ORDER BY code) FROM proposals_replyclass WHERE committee_id = %(committee)s) AS classes,
        (SELECT array_agg(id ORDER BY id) FROM proposals_rejectreason WHERE committee_id = %(committee)s) AS reasons,
        (SELECT array_agg(id ORDER BY id) FROM topics_topiccategory WHERE committee_id = %(committee)s) AS categories,
        (SELECT array_agg(id ORDER BY id) FROM grassroots_venuekind WHERE committee_id = %(committee)s) AS venues,
        (SELECT array_agg(id ORDER BY id) FROM organization_node
            WHERE committee_id = %(committee)s AND kind IN ('council', 'room')) AS nodes,
        (SELECT array_agg(id ORDER BY id) FROM grassroots_secondedperson WHERE committee_id = %(committee)s) AS persons
    """,
)

GROUND: Final = (*_PEOPLE, *_NODES, *_TURNS)
