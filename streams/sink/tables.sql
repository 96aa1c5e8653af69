-- The tables and views of `streams sink`, as PostgreSQL and DuckDB both understand them; docs/analysts.md shows them in use.

-- How far each partition is written, in the same transaction as its events. A Kafka cluster that was made anew begins anew.
CREATE TABLE sink_positions (
    cluster text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (cluster, topic, partition)
);

-- One row for each event that an article states.
CREATE TABLE events (
    id text PRIMARY KEY,
    type text NOT NULL,                    -- funding-gap, weapons-pledge, talks-round
    event_key text NOT NULL,               -- the real-world event: reports of it share the key
    status text NOT NULL,
    certainty text NOT NULL,               -- CERTAIN, PROBABLE, POSSIBLE
    confidence double precision NOT NULL,  -- 0 to 1: whether the event was read rightly
    is_cumulative boolean NOT NULL,        -- a total of other events: leave it out of sums
    cameo text,
    figure text,                           -- what it says in figures, for people: 3.2 billion EUR; 12; round 3
    quote text NOT NULL,                   -- the sentence that states it
    speaker text,                          -- who says so
    article_id text NOT NULL,
    publisher text,
    title text,
    url text,
    language text NOT NULL,
    published_at timestamp with time zone,
    recorded_at timestamp with time zone NOT NULL,  -- when Kafka got the event
    reported_at timestamp with time zone NOT NULL,  -- published_at, where it is known; else recorded_at
    -- pledges of weapons
    system text,
    system_category text,
    quantity_min double precision,
    quantity_max double precision,
    quantity_qualifier text,
    quantity_unit text,
    value_scope text,                      -- what the amount VALUE is for: PER_ITEM, PACKAGE, CUMULATIVE
    package_id text,                       -- shared by the systems of one announced package
    -- funding gaps
    aid_type text,
    purpose text,
    percent_funded double precision,
    gap_basis text,
    -- rounds of talks
    location text,
    location_country text,
    round_number integer,
    round_count integer,
    process_name text,
    duration text,                         -- ISO 8601: PT40M
    level text,
    format text,
    record json NOT NULL                   -- the whole record
);

-- Who acts or is acted for, a row each.
CREATE TABLE parties (
    event_id text NOT NULL,
    position integer NOT NULL,             -- as the event names them
    role text NOT NULL,                    -- SUPPLIER, RECIPIENT; LACKS_MONEY, REQUESTED_FROM; PARTY, MEDIATOR, HOST, OBSERVER, PROPOSER
    name text NOT NULL,
    kind text NOT NULL,                    -- STATE, IGO, NGO, ORG, PERSON, GROUP
    country text,                          -- ISO 3166-1 alpha-3
    individual text                        -- the person who acts for a party of talks
);

-- Sums of money, a row each.
CREATE TABLE amounts (
    event_id text NOT NULL,
    role text NOT NULL,                    -- GAP, REQUIREMENTS, FUNDING; VALUE
    is_equivalent boolean NOT NULL,        -- the article's own conversion of the sum before it
    minimum decimal(26, 2),                -- both are the sum where the article gives one
    maximum decimal(26, 2),
    qualifier text NOT NULL,               -- EXACT, APPROX, AT_LEAST, AT_MOST, RANGE, INDEFINITE
    currency text,                         -- ISO 4217
    as_written text NOT NULL
);

-- Days that an event names, a row each.
CREATE TABLE dates (
    event_id text NOT NULL,
    role text NOT NULL,                    -- PERIOD, DEADLINE; ANNOUNCED, DELIVERY; MEETING
    first_day date,
    last_day date,
    grain text NOT NULL,                   -- how precise: DAY, WEEK, MONTH, QUARTER, SEASON, YEAR
    as_written text NOT NULL
);

CREATE VIEW weapons_pledges AS
SELECT
    e.id, e.event_key, e.status, e.certainty,
    (SELECT string_agg(p.name, ', ' ORDER BY p.position) FROM parties p WHERE p.event_id = e.id AND p.role = 'SUPPLIER') AS suppliers,
    (SELECT string_agg(p.name, ', ' ORDER BY p.position) FROM parties p WHERE p.event_id = e.id AND p.role = 'RECIPIENT') AS recipients,
    e.system, e.system_category, e.quantity_min, e.quantity_max, e.quantity_qualifier, e.quantity_unit,
    v.minimum AS value_min, v.maximum AS value_max, v.currency AS value_currency, e.value_scope, e.package_id,
    a.first_day AS announced_from, a.last_day AS announced_to, d.first_day AS delivery_from, d.last_day AS delivery_to,
    e.is_cumulative, e.confidence, e.reported_at, e.article_id, e.publisher, e.quote
FROM events e
LEFT JOIN amounts v ON v.event_id = e.id AND v.role = 'VALUE' AND NOT v.is_equivalent
LEFT JOIN dates a ON a.event_id = e.id AND a.role = 'ANNOUNCED'
LEFT JOIN dates d ON d.event_id = e.id AND d.role = 'DELIVERY'
WHERE e.type = 'weapons-pledge';

CREATE VIEW funding_gaps AS
SELECT
    e.id, e.event_key, e.status, e.certainty,
    (SELECT p.name FROM parties p WHERE p.event_id = e.id AND p.role = 'LACKS_MONEY') AS lacks_money,
    (SELECT p.country FROM parties p WHERE p.event_id = e.id AND p.role = 'LACKS_MONEY') AS country,
    (SELECT string_agg(p.name, ', ' ORDER BY p.position) FROM parties p WHERE p.event_id = e.id AND p.role = 'REQUESTED_FROM')
        AS requested_from,
    g.minimum AS gap_min, g.maximum AS gap_max, g.currency AS gap_currency,
    r.minimum AS requirements_min, r.maximum AS requirements_max, r.currency AS requirements_currency,
    f.minimum AS funding_min, f.maximum AS funding_max, f.currency AS funding_currency,
    e.percent_funded, e.gap_basis, e.purpose, e.aid_type,
    t.first_day AS period_from, t.last_day AS period_to, d.last_day AS deadline,
    e.is_cumulative, e.confidence, e.reported_at, e.article_id, e.publisher, e.quote
FROM events e
LEFT JOIN amounts g ON g.event_id = e.id AND g.role = 'GAP' AND NOT g.is_equivalent
LEFT JOIN amounts r ON r.event_id = e.id AND r.role = 'REQUIREMENTS' AND NOT r.is_equivalent
LEFT JOIN amounts f ON f.event_id = e.id AND f.role = 'FUNDING' AND NOT f.is_equivalent
LEFT JOIN dates t ON t.event_id = e.id AND t.role = 'PERIOD'
LEFT JOIN dates d ON d.event_id = e.id AND d.role = 'DEADLINE'
WHERE e.type = 'funding-gap';

CREATE VIEW talks_rounds AS
SELECT
    e.id, e.event_key, e.status, e.certainty,
    (SELECT string_agg(p.name, ', ' ORDER BY p.position) FROM parties p WHERE p.event_id = e.id AND p.role = 'PARTY') AS parties,
    (SELECT string_agg(p.name, ', ' ORDER BY p.position) FROM parties p WHERE p.event_id = e.id AND p.role IN ('MEDIATOR', 'HOST'))
        AS mediators,
    e.location, e.location_country, m.first_day, m.last_day, m.grain, e.duration, e.round_number, e.round_count, e.process_name,
    e.level, e.format,
    (SELECT p.name FROM parties p WHERE p.event_id = e.id AND p.role = 'PROPOSER') AS proposed_by,
    e.confidence, e.reported_at, e.article_id, e.publisher, e.quote
FROM events e
LEFT JOIN dates m ON m.event_id = e.id AND m.role = 'MEETING'
WHERE e.type = 'talks-round';

-- The reports of each real-world event, the oldest first, and what each changed.
CREATE VIEW history AS
SELECT
    event_key, type,
    row_number() OVER w AS report,
    reported_at, id AS event_id, article_id, publisher, status, certainty, figure, quote,
    status IS DISTINCT FROM lag(status) OVER w AS status_changed,
    figure IS DISTINCT FROM lag(figure) OVER w AS figure_changed
FROM events
WINDOW w AS (PARTITION BY event_key ORDER BY reported_at, id);

-- One row for each real-world event.
CREATE VIEW real_world_events AS
SELECT
    event_key, type,
    min(reported_at) AS first_report,
    max(reported_at) AS last_report,
    count(*) AS reports,
    count(DISTINCT article_id) AS articles,
    count(DISTINCT publisher) AS publishers,
    (array_agg(status ORDER BY report DESC))[1] AS status,
    string_agg(status, ' → ' ORDER BY report) FILTER (WHERE status_changed) AS statuses,
    string_agg(figure, ' → ' ORDER BY report) FILTER (WHERE figure_changed) AS figures
FROM history
GROUP BY event_key, type;
