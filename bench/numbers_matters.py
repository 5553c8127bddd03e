"""The matters of `bench/numbers_world.py`, and who took part in them, of one committee.

``turn`` holds members, units and so on as arrays; row n takes the n-th of each, around and around.
"""

from __future__ import annotations

from typing import Final

_PROPOSALS: Final = (
    """
    CREATE TEMP TABLE made_proposal ON COMMIT DROP AS
    SELECT n, uuidv7() AS id, day, extract(year FROM day)::int AS year, n %% 10 <> 0 AS is_filed,
        CASE WHEN n %% 10 = 0 THEN 'not_filed' WHEN day < '2026-01-01' THEN 'closed'
            ELSE (ARRAY['closed', 'replied', 'handling', 'handling'])[1 + n %% 4] END AS state
    FROM (SELECT n, date '2017-01-06' + (n::bigint * 7919 %% 3590)::int AS day
        FROM generate_series(1, %(proposals)s) n) d
    """,
    """
    INSERT INTO matters_matter (id, committee_id, kind, code, title, state, visibility, opened_on, made_at, version)
    SELECT id, %(committee)s, 'proposal', CASE WHEN is_filed THEN year || '-' || lpad(n::text, 5, '0') END,
        '关于加强' || n || '号村道护栏的提案', state, 'members', day, now(), 1
    FROM made_proposal
    """,
    """
    INSERT INTO proposals_proposal (matter_id, committee_id, session_id, kind, phase, serial, number, lead_member_id,
        situation, analysis, suggestion, text_version, topic_id, is_livelihood, disclosure, disclosure_reason,
        is_sensitive, is_key, round, submitted_at, filed_on, assigned_on, replied_on, is_outstanding, reply_class_id,
        reject_reason_id)
    SELECT p.id, %(committee)s, t.plenaries[p.year - 2016], (ARRAY['individual', 'joint'])[1 + n %% 2],
        (ARRAY['plenary', 'plenary', 'ordinary'])[1 + n %% 3], n, CASE WHEN is_filed THEN n END,
        t.members[1 + n %% %(members)s], '村口到小学的路一边是沟，没有护栏。', '底数不清。', '装护栏。', 1,
        t.subjects[1 + n %% cardinality(t.subjects)], n %% 4 = 0, 'full', '', false, n %% 200 = 1, 1, day,
        CASE WHEN is_filed THEN day END, CASE WHEN is_filed THEN day END,
        CASE WHEN state IN ('closed', 'replied') THEN day + 60 + n %% 40 END, n %% 50 = 1,
        CASE WHEN state IN ('closed', 'replied') THEN t.classes[1 + n %% cardinality(t.classes)] END,
        CASE WHEN NOT is_filed THEN t.reasons[1 + n %% cardinality(t.reasons)] END
    FROM made_proposal p, turn t
    """,
    """
    CREATE TEMP TABLE made_part ON COMMIT DROP AS
    SELECT p.*, uuidv7() AS part, uuidv7() AS reply, t.units[1 + n %% cardinality(t.units)] AS unit
    FROM made_proposal p, turn t WHERE is_filed
    """,
    """
    INSERT INTO proposals_assignment (id, committee_id, proposal_id, unit_id, role, round, state, assigned_on,
        signed_on, decline_reason, opinion)
    SELECT part, %(committee)s, id, unit, 'sole', 1,
        CASE WHEN state = 'handling' THEN 'handling' ELSE 'replied' END, day, day + 2, '', ''
    FROM made_part
    """,
    """
    INSERT INTO proposals_reply (id, committee_id, assignment_id, version, document_number, text, reply_class_id,
        signer, contact_name, contact_phone, contact_method, contact_note, may_be_public, sent_on, copies, public_text)
    SELECT reply, %(committee)s, part, 1, '函〔' || year || '〕' || n || '号', '答复。',
        t.classes[1 + n %% cardinality(t.classes)], '', '', '', (ARRAY['visit', 'phone'])[1 + n %% 2], '', true,
        day + 60 + n %% 40, '', ''
    FROM made_part, turn t WHERE state <> 'handling'
    """,
    """
    INSERT INTO proposals_rating (id, committee_id, reply_id, attitude, result, comment, "on", member_id)
    SELECT uuidv7(), %(committee)s, reply, 'satisfied',
        (ARRAY['satisfied', 'basically', 'satisfied', 'dissatisfied'])[1 + n / 4 %% 4], '', day + 110,
        t.members[1 + n %% %(members)s]
    FROM made_part, turn t WHERE state = 'closed'
    """,
    """
    INSERT INTO deadlines_deadline (id, committee_id, matter_id, kind, subject_id, unit_id, starts_on, months,
        working_days, extension_months, extension_working_days, extension_reason, due_on, provisional, reason, basis,
        met_on)
    SELECT uuidv7(), %(committee)s, id, 'reply', part, unit, day, 3, 0, 0, 0, '', day + 90, false, '交办', '',
        CASE WHEN state <> 'handling' THEN day + 60 + n %% 40 END
    FROM made_part
    """,
    """
    INSERT INTO proposals_promise (id, committee_id, proposal_id, unit_id, reply_id, text, due_on, state, evidence,
        kept_on, note)
    SELECT uuidv7(), %(committee)s, id, unit, reply, '装护栏', day + 365,
        CASE WHEN year < 2025 THEN 'kept' ELSE 'open' END, '已装', CASE WHEN year < 2025 THEN day + 300 END, ''
    FROM made_part WHERE state <> 'handling' AND n %% 20 = 1
    """,
    """
    INSERT INTO proposals_keyproposal (id, committee_id, proposal_id, state, reason, nominated_on, decision, decided_on,
        plan, result, figure_key)
    SELECT uuidv7(), %(committee)s, id, 'chosen', '群众关心', day, '主席会议', day + 20, '', '', ''
    FROM made_proposal WHERE n %% 200 = 1
    """,
    """
    INSERT INTO proposals_supervisionevent (id, committee_id, key_id, kind, "on", place, summary, made_at)
    SELECT uuidv7(), %(committee)s, k.id, (ARRAY['on_site', 'meeting', 'unit_visit'])[n], k.decided_on + 30 * n, '现场',
        '看了现场', now()
    FROM proposals_keyproposal k, generate_series(1, 3) n WHERE k.committee_id = %(committee)s
    """,
    # Who led it, and four who signed with them.
    """
    INSERT INTO matters_participation (id, committee_id, matter_id, member_id, role, "on", unit)
    SELECT uuidv7(), %(committee)s, p.id, t.members[1 + (n + 11 * k) %% %(members)s],
        CASE WHEN k = 0 THEN 'proposer' ELSE 'cosigner' END, day, ''
    FROM made_proposal p, turn t, generate_series(0, 4) k
    """,
)

_TOPICS: Final = (
    """
    CREATE TEMP TABLE made_topic ON COMMIT DROP AS
    SELECT n, uuidv7() AS id, date '2018-07-01' + (n::bigint * 7919 %% 3060)::int AS day,
        (ARRAY['mass', 'mass', 'member', 'party_gov', 'online', 'mass', 'member'])[1 + n %% 7] AS channel
    FROM generate_series(1, %(topics)s) n
    """,
    """
    INSERT INTO matters_matter
        (id, committee_id, kind, code, title, state, visibility, opened_on, made_at, version, place_id)
    SELECT m.id, %(committee)s, 'topic', 'T' || n, '村里的第' || n || '盏路灯',
        (ARRAY['done', 'done', 'accepted', 'answered', 'declined', 'collected'])[1 + n %% 6], 'internal', day, now(), 1,
        d.place_id
    FROM made_topic m, turn t, organization_node d WHERE d.id = t.nodes[1 + n %% cardinality(t.nodes)]
    """,
    """
    INSERT INTO topics_topic (matter_id, committee_id, channel, node_id, category_id, text, member_id, raised_by,
        public_title, outcome, passed_to, is_sensitive, is_urgent, is_held, fingerprint)
    SELECT m.id, %(committee)s, channel, t.nodes[1 + n %% cardinality(t.nodes)],
        t.categories[1 + n %% cardinality(t.categories)], '路灯不亮。',
        CASE WHEN channel = 'member' THEN t.members[1 + n %% %(members)s] END, '', '', '', '', false, false, false, ''
    FROM made_topic m, turn t
    """,
    """
    INSERT INTO topics_voice (id, committee_id, topic_id, node_id, way, text, receipt_index, said_at, objection)
    SELECT uuidv7(), %(committee)s, m.id, t.nodes[1 + n %% cardinality(t.nodes)], 'page', '', md5(m.id::text), day, ''
    FROM made_topic m, turn t WHERE channel IN ('mass', 'online')
    """,
)

_SESSIONS: Final = (
    """
    CREATE TEMP TABLE made_session ON COMMIT DROP AS
    SELECT n, uuidv7() AS id, date '2018-08-01' + (n::bigint * 7919 %% 3030)::int AS day
    FROM generate_series(1, %(sessions)s) n
    """,
    """
    INSERT INTO matters_matter
        (id, committee_id, kind, code, title, state, visibility, opened_on, made_at, version, place_id)
    SELECT m.id, %(committee)s, 'session', 'S' || n, '第' || n || '次议事', 'recorded', 'public', day, now(), 1,
        d.place_id
    FROM made_session m, turn t, organization_node d WHERE d.id = t.nodes[1 + n %% cardinality(t.nodes)]
    """,
    """
    INSERT INTO grassroots_deliberationsession (matter_id, committee_id, node_id, venue_kind_id, venue, starts_at,
        outline, chaired_by, summary, agreed, not_agreed, field_versions, held_on, recorded_on, others_present,
        from_ledger)
    SELECT m.id, %(committee)s, t.nodes[1 + n %% cardinality(t.nodes)], t.venues[1 + n %% cardinality(t.venues)],
        '院里', day, '路灯', '站长', '商量了', '装灯', '', '{}', day, day + 3, n %% 9, ''
    FROM made_session m, turn t
    """,
    # Fifteen members, ten others.
    """
    INSERT INTO grassroots_attendee (id, committee_id, session_id, side, name, post, member_id, person_id, presence,
        how, leave_reason)
    SELECT uuidv7(), %(committee)s, m.id, 'member', '委员', '', t.members[1 + (n + 7 * k) %% %(members)s],
        t.persons[1 + (n + 7 * k) %% %(members)s], CASE WHEN k < 13 THEN 'present' ELSE 'leave' END, 'desk', ''
    FROM made_session m, turn t, generate_series(0, 14) k
    """,
    """
    INSERT INTO grassroots_attendee (id, committee_id, session_id, side, name, post, presence, how, leave_reason)
    SELECT uuidv7(), %(committee)s, m.id, (ARRAY['masses', 'party', 'unit', 'expert', 'masses'])[1 + k %% 5],
        '来人' || k, '', 'present', 'desk', ''
    FROM made_session m, generate_series(0, 9) k
    """,
    """
    INSERT INTO matters_participation (id, committee_id, matter_id, member_id, role, "on", unit)
    SELECT uuidv7(), %(committee)s, m.id, t.members[1 + (n + 7 * k) %% %(members)s], 'present', day, ''
    FROM made_session m, turn t, generate_series(0, 14) k
    """,
    """
    INSERT INTO grassroots_suggestion (id, committee_id, session_id, text, "on")
    SELECT uuidv7(), %(committee)s, m.id, '再装一盏', day FROM made_session m, generate_series(1, 2) k
    """,
    """
    INSERT INTO matters_matterlink (id, committee_id, source_id, target_id, relation, "on")
    SELECT uuidv7(), %(committee)s, about.id, m.id, 'discussed_in', m.day
    FROM made_session m JOIN made_topic about ON about.n = m.n
    """,
)

_PROBLEMS: Final = (
    """
    CREATE TEMP TABLE made_problem ON COMMIT DROP AS
    SELECT p.n, uuidv7() AS id, s.id AS session, s.day,
        CASE WHEN p.n %% 8 = 0 THEN 'under_way' ELSE 'solved' END AS state
    FROM generate_series(1, %(problems)s) p(n) JOIN made_session s ON s.n = p.n * 2
    """,
    """
    INSERT INTO matters_matter (id, committee_id, kind, code, title, state, visibility, opened_on, made_at, version)
    SELECT id, %(committee)s, 'problem', 'P' || n, '装灯' || n, state, 'public', day, now(), 1 FROM made_problem
    """,
    """
    INSERT INTO grassroots_problem (matter_id, committee_id, session_id, node_id, text, owner, unit_id, is_livelihood,
        due_on, result, solved_on, objection, look_back)
    SELECT m.id, %(committee)s, session, t.nodes[1 + n * 2 %% cardinality(t.nodes)], '装灯', '村委会',
        t.units[1 + n %% cardinality(t.units)], n %% 5 <> 0, day + 60, '已装',
        CASE WHEN state = 'solved' THEN day + 40 END, '', ''
    FROM made_problem m, turn t
    """,
    """
    INSERT INTO matters_matterlink (id, committee_id, source_id, target_id, relation, "on")
    SELECT uuidv7(), %(committee)s, session, id, 'raised', day FROM made_problem
    """,
)

MATTERS: Final = (*_PROPOSALS, *_TOPICS, *_SESSIONS, *_PROBLEMS)
