-- For PostgreSQL; DuckDB reads columns whole and needs none.
CREATE INDEX ON events (event_key);
CREATE INDEX ON events (type, reported_at);
CREATE INDEX ON parties (event_id);
CREATE INDEX ON parties (country, role);
CREATE INDEX ON amounts (event_id);
CREATE INDEX ON dates (event_id);
