DROP SCHEMA IF EXISTS stock CASCADE;
DROP VIEW IF EXISTS overview;
DROP TABLE IF EXISTS parts, things, scratch;
DO $$ BEGIN -- once, so that their numbers stay the same
    CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
    CREATE TYPE pair AS (a int, b text);
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
CREATE TABLE things (
    id int PRIMARY KEY, name text NOT NULL, amount numeric(12, 2), at timestamptz, doc jsonb, tags text[], raw bytea,
    feel mood DEFAULT 'ok', spot pair, level positive);
COMMENT ON TABLE things IS 'What there is';
COMMENT ON COLUMN things.amount IS 'in euros';
INSERT INTO things VALUES
    (1, 'one', 1.50, '2026-01-01 00:00+00', '{"n": 1}', ARRAY['a'], '\x01', 'happy', ROW(1, 'x'), 1),
    (2, 'zwei', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, '三', -3, '1999-12-31 23:59:59.999+00', '[]', ARRAY[]::text[], '', 'sad', ROW(NULL, NULL), 3);
CREATE TABLE parts (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, thing int REFERENCES things ON DELETE CASCADE, label text, size int DEFAULT 1,
    twice int GENERATED ALWAYS AS (size * 2) STORED,
    CONSTRAINT not_tiny CHECK (size > 0), CONSTRAINT one_label UNIQUE (thing, label));
CREATE INDEX parts_by_size ON parts (size DESC NULLS LAST) WHERE size > 10;
CREATE INDEX parts_by_lower ON parts (lower(label));
CREATE VIEW overview AS SELECT t.id, t.name, count(p.id) AS parts FROM things t LEFT JOIN parts p ON p.thing = t.id GROUP BY t.id;
CREATE SCHEMA stock;
CREATE TABLE stock.places (code char(3) PRIMARY KEY, big bigserial, kind mood NOT NULL);
GRANT ALL ON things, parts, overview TO agent;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO agent;
GRANT USAGE ON SCHEMA stock TO agent;
GRANT SELECT ON ALL TABLES IN SCHEMA stock TO agent;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA stock TO agent;
