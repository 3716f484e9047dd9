-- One of the twins. ${kind row} is a value that only this twin has; all else is the same in both. Statements end with ;; here.
CREATE TABLE customers (
    id int PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    dob date,
    salary numeric CHECK (salary > 0),
    email text UNIQUE,
    ssn text,
    card varchar(24),
    meta jsonb,
    tags text[]
);;
CREATE TABLE public_t (id int PRIMARY KEY, note text);;
INSERT INTO public_t SELECT n, 'note ' || chr(96 + n) FROM generate_series(1, 12) AS n;;
INSERT INTO customers
    SELECT v.id, (ARRAY['Ada', 'Ben', 'Cho', 'Dee', 'Eli', 'Fay'])[1 + v.id % 6] || ' ' || chr(64 + v.id),
        v.dob::date, v.salary::numeric, v.email, v.ssn, v.card, v.meta::jsonb, v.tags::text[]
    FROM (VALUES
${rows}
    ) AS v(id, dob, salary, email, ssn, card, meta, tags);;
CREATE TABLE orders (
    id int PRIMARY KEY, customer_id int REFERENCES customers (id), amount numeric(10, 2), status text, note text, placed date);;
INSERT INTO orders SELECT n, 1 + n * 7 % 24, n * 1.5, (ARRAY['paid', 'open', 'sent'])[1 + n % 3], 'order ' || chr(96 + n % 26), date '2026-03-01' + n
    FROM generate_series(1, 40) AS n;;
-- views
CREATE VIEW v_contacts AS SELECT id, name AS who, email AS reach FROM customers;;
CREATE VIEW v_star AS SELECT * FROM customers;;
CREATE VIEW v_twice AS SELECT who, reach AS again FROM v_contacts;;
CREATE VIEW v_expr AS SELECT id, upper(email) AS up, substr(ssn, 1, 7) AS part, salary * 1 AS pay FROM customers;;
CREATE VIEW v_union AS SELECT id, note FROM public_t UNION ALL SELECT id, ssn FROM customers;;
CREATE VIEW v_count AS SELECT count(*) AS n FROM customers WHERE ssn < '5';;
CREATE VIEW v_plain AS SELECT id, name FROM customers;;
CREATE VIEW v_barrier WITH (security_barrier) AS SELECT id, card FROM customers WHERE id < 9;;
CREATE VIEW v_check AS SELECT id, name, ssn FROM customers WHERE id < 9 WITH CHECK OPTION;;
CREATE VIEW v_json AS SELECT id, row_to_json(customers) AS j FROM customers;;
CREATE RECURSIVE VIEW v_recursive (id, s) AS SELECT id, ssn FROM customers WHERE id = 1 UNION ALL SELECT id, s FROM v_recursive WHERE false;;
CREATE MATERIALIZED VIEW m_customers AS SELECT id, email AS mail, ssn AS number FROM customers;;
-- partitions, children
CREATE TABLE events (id int, day date, who text, kind text) PARTITION BY RANGE (day);;
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');;
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');;
CREATE TABLE events_else PARTITION OF events DEFAULT;;
INSERT INTO events VALUES (1, '2025-02-02', '${word 1}', 'a'), (2, '2026-02-02', '${word 2}', 'b'), (3, '2028-02-02', '${word 3}', 'a');;
CREATE TABLE people (id int, phone text);;
CREATE TABLE people_child (extra int) INHERITS (people);;
INSERT INTO people VALUES (1, '${phone 1}');;
INSERT INTO people_child VALUES (2, '${phone 2}', 7);;
-- generated columns
CREATE TABLE profiles (
    id int PRIMARY KEY,
    email text,
    small text GENERATED ALWAYS AS (lower(email)) STORED,
    fts tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, email)) STORED,
    virt text GENERATED ALWAYS AS ('<' || email || '>') VIRTUAL
);;
INSERT INTO profiles VALUES (1, '${email 31}'), (2, '${email 32}');;
-- types that hide
CREATE DOMAIN pin_code AS text CHECK (length(VALUE) > 4);;
CREATE TYPE contact AS (street text, phone text);;
CREATE TYPE mood AS ENUM ('calm', 'cross', 'merry');;
CREATE TABLE vault (
    id int PRIMARY KEY, pin pin_code, who contact, level mood, period daterange, secret bytea, doc xml, key uuid, at timestamptz, addr inet,
    big bigint, f float8, flag boolean, codes int[], contacts contact[], price money, path json, ts tsvector, bits varbit, span interval, label name, fixed char(14));;
INSERT INTO vault VALUES
    (1, '${word 11}', ROW('${word 12}', '${phone 3}'), '${mood 1}', daterange('${dob 41}', '${dob 42}'), '${word 13}', '<a>${word 14}</a>', '${uuid 1}', '${at 1}',
     '${inet 1}', ${long 1}, ${salary 41}, ${flag 1}, ARRAY[${int 1}, ${int 2}], ARRAY[ROW('${word 15}', '${phone 4}')::contact], '${salary 42}', '{"a": "${word 16}"}',
     '${word 17}', B'${bits 1}', '${secs 1}', '${word 18}', '${word 19}'),
    (2, '${word 21}', ROW('${word 22}', '${phone 5}'), '${mood 2}', daterange('${dob 43}', '${dob 44}'), '${word 23}', '<a>${word 24}</a>', '${uuid 2}', '${at 2}',
     '${inet 2}', ${long 2}, ${salary 43}, ${flag 2}, ARRAY[${int 3}, ${int 4}], ARRAY[ROW('${word 25}', '${phone 6}')::contact], '${salary 44}', '{"a": "${word 26}"}',
     '${word 27}', B'${bits 2}', '${secs 2}', '${word 28}', '${word 29}');;
-- constraints that tell
CREATE TABLE codes (id int PRIMARY KEY, code text UNIQUE DEFERRABLE INITIALLY DEFERRED, CHECK (code <> 'never'));;
INSERT INTO codes VALUES (1, '${word 51}'), (2, '${word 52}');;
CREATE TABLE visits (id int PRIMARY KEY, during daterange, EXCLUDE USING gist (during WITH &&));;
INSERT INTO visits VALUES (1, daterange('${dob 45}'::date, '${dob 45}'::date + 3));;
CREATE TABLE refers (id int PRIMARY KEY, mail text REFERENCES customers (email));;
INSERT INTO refers SELECT id, email FROM customers WHERE id < 4;;
-- functions, operators, casts, aggregates
CREATE FUNCTION f_ssn(who int) RETURNS text LANGUAGE sql STABLE AS 'SELECT ssn FROM public.customers WHERE id = who';;
CREATE FUNCTION f_all() RETURNS SETOF customers LANGUAGE sql STABLE AS 'SELECT * FROM public.customers';;
CREATE FUNCTION f_table() RETURNS TABLE (a int, b text) LANGUAGE sql STABLE AS 'SELECT id, ssn FROM public.customers';;
CREATE FUNCTION f_dynamic(what text) RETURNS SETOF text LANGUAGE plpgsql AS 'BEGIN RETURN QUERY EXECUTE what; END';;
CREATE FUNCTION f_raise(who int) RETURNS int LANGUAGE plpgsql AS
    'BEGIN RAISE NOTICE ''%'', (SELECT ssn FROM public.customers WHERE id = who); RETURN 1; END';;
CREATE FUNCTION f_throw(who int) RETURNS int LANGUAGE plpgsql AS
    'BEGIN RAISE EXCEPTION ''no'' USING DETAIL = (SELECT ssn FROM public.customers WHERE id = who), HINT = (SELECT card FROM public.customers WHERE id = who); END';;
CREATE FUNCTION f_row(customers) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1.ssn';;
CREATE FUNCTION f_definer(who int) RETURNS text LANGUAGE sql SECURITY DEFINER STABLE AS 'SELECT email FROM public.customers WHERE id = who';;
CREATE FUNCTION f_cursor() RETURNS refcursor LANGUAGE plpgsql AS
    'DECLARE c refcursor := ''fc''; BEGIN OPEN c FOR SELECT ssn FROM public.customers; RETURN c; END';;
CREATE OPERATOR @#@ (RIGHTARG = int, FUNCTION = f_ssn);;
CREATE AGGREGATE f_join(text) (SFUNC = textcat, STYPE = text, INITCOND = '');;
CREATE PROCEDURE p_notice() LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''%'', (SELECT ssn FROM public.customers WHERE id = 1); END';;
-- code behind innocent tables
CREATE TABLE tickets (id int PRIMARY KEY, note text);;
CREATE FUNCTION t_tickets() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
    IF NEW.note = 'notice' THEN RAISE NOTICE 'ticket of %', (SELECT ssn FROM public.customers WHERE id = 1); END IF;
    IF NEW.note = 'warning' THEN RAISE WARNING 'ticket' USING DETAIL = (SELECT card FROM public.customers WHERE id = 1); END IF;
    IF NEW.note = 'error' THEN RAISE EXCEPTION 'ticket of %', (SELECT ssn FROM public.customers WHERE id = 1); END IF;
    IF NEW.note = 'constraint' THEN RAISE unique_violation USING MESSAGE = 'ticket', DETAIL = (SELECT ssn FROM public.customers WHERE id = 1),
        CONSTRAINT = (SELECT ssn FROM public.customers WHERE id = 2), COLUMN = (SELECT ssn FROM public.customers WHERE id = 3),
        TABLE = (SELECT card FROM public.customers WHERE id = 1), SCHEMA = (SELECT card FROM public.customers WHERE id = 2); END IF;
    IF NEW.note = 'state' THEN RAISE EXCEPTION 'ticket' USING ERRCODE = (SELECT substr(replace(ssn, '-', ''), 1, 5) FROM public.customers WHERE id = 1); END IF;
    IF NEW.note = 'notify' THEN PERFORM pg_notify('tickets', (SELECT ssn FROM public.customers WHERE id = 1)); END IF;
    IF NEW.note = 'setting' THEN PERFORM set_config('application_name', (SELECT ssn FROM public.customers WHERE id = 1), false); END IF;
    IF NEW.note = 'copy' THEN NEW.note = (SELECT ssn FROM public.customers WHERE id = 1); END IF;
    IF NEW.note = 'rows' AND (SELECT ssn FROM public.customers WHERE id = 1) < '5' THEN RETURN NULL; END IF;
    RETURN NEW;
END $f$;;
CREATE TRIGGER t_tickets BEFORE INSERT OR UPDATE ON tickets FOR EACH ROW EXECUTE FUNCTION t_tickets();;
CREATE FUNCTION t_late() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN IF NEW.note = ''late'' THEN RAISE EXCEPTION ''late %'', (SELECT ssn FROM public.customers WHERE id = 1); END IF; RETURN NULL; END';;
CREATE CONSTRAINT TRIGGER t_late AFTER INSERT ON tickets DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION t_late();;
CREATE TABLE ruled (id int, note text);;
CREATE RULE r_ruled AS ON INSERT TO ruled DO ALSO SELECT ssn, upper(email) FROM customers;;
CREATE TABLE defaulted (id int, note text DEFAULT f_ssn(1));;
CREATE TABLE checked (id int, note text CHECK (f_ssn(1) < note));;
CREATE TABLE secured (id int, note text);;
INSERT INTO secured SELECT n, 'row ' || n FROM generate_series(1, 9) AS n;;
ALTER TABLE secured ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;;
CREATE POLICY p_secured ON secured USING ((SELECT substr(ssn, 1, 1)::int FROM customers WHERE id = 1) > id);;
-- other places
SELECT lo_from_bytea(4711, '${word 61}');;
CREATE SEQUENCE s_plain;;
CREATE STATISTICS st_customers (mcv, ndistinct, dependencies) ON email, ssn, dob FROM customers;;
CREATE INDEX i_ssn ON customers (ssn);;
CREATE INDEX i_expr ON customers (lower(email)) WHERE salary > 300000;;
ANALYZE
