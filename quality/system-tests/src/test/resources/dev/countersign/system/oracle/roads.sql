-- Roads out, one a line: what a direct connection must show (C a canary, T a difference between the twins, - nothing for certain), then the
-- statements; `;;` stands between messages of their own. Whatever has no COMMIT of its own is rolled back. Every line that is one query is also
-- sent by every other way (Way.java).
-- plain output columns
C SELECT ssn AS harmless FROM customers
C SELECT * FROM customers
C TABLE customers
C SELECT c.* FROM customers c
C SELECT id, email, ssn, card, dob, salary, meta, tags FROM customers
C SELECT (c.ssn), c.card AS name FROM public.customers c
C SELECT q.s FROM (SELECT ssn AS s FROM customers) q
C SELECT s FROM (SELECT c.ssn FROM customers c WHERE c.id < 5) AS x(s)
C WITH x AS (SELECT email AS e FROM customers) SELECT e FROM x
C WITH x AS MATERIALIZED (TABLE customers) SELECT card FROM x
C SELECT c.ssn, o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id < 9
C SELECT x.ssn FROM customers x FULL JOIN orders o USING (id)
C SELECT l.ssn FROM public_t p, LATERAL (SELECT ssn FROM customers c WHERE c.id = p.id) l
C SELECT DISTINCT ON (id) id, ssn FROM customers
C SELECT ssn FROM ONLY customers
C SELECT ssn FROM customers * TABLESAMPLE SYSTEM (100)
C SELECT ssn FROM customers FOR UPDATE
C SELECT "ssn", U&"\0073sn", U&"!0073sn" UESCAPE '!' FROM customers
C SELECT SSN FROM CUSTOMERS
- SELECT ssn FROM shop.public.customers
C SELECT * FROM customers LIMIT 3 OFFSET 2
C SELECT * FROM customers FETCH FIRST 3 ROWS ONLY
C SELECT dob, salary, tags, meta FROM customers WHERE id = 7
C SELECT ssn, ssn, email, ssn FROM customers
-- set operations
C SELECT note FROM public_t UNION ALL SELECT ssn FROM customers
C SELECT id, note FROM public_t UNION ALL SELECT id, ssn FROM customers ORDER BY 1
C SELECT ssn, name FROM customers UNION ALL SELECT name, ssn FROM customers
C SELECT ssn FROM customers UNION SELECT note FROM public_t
C SELECT ssn FROM customers INTERSECT ALL SELECT ssn FROM customers
C SELECT ssn FROM customers EXCEPT SELECT note FROM public_t
T SELECT count(*) FROM (SELECT ssn FROM customers INTERSECT SELECT ssn FROM customers WHERE ssn < '5') q
C SELECT v FROM (VALUES ('a@b.c')) x(v) UNION ALL SELECT email FROM customers
C (SELECT ssn FROM customers LIMIT 2) UNION ALL (SELECT card FROM customers LIMIT 2)
C WITH RECURSIVE r(s, n) AS (SELECT ssn, 1 FROM customers UNION ALL SELECT s, n + 1 FROM r WHERE n < 2) SELECT * FROM r
C VALUES ((SELECT ssn FROM customers WHERE id = 1)), ('x')
C SELECT NULL UNION ALL SELECT tags FROM customers
-- expressions over one column
C SELECT ssn || '' FROM customers
C SELECT ssn::varchar(20), ssn::name, ssn::char(11) FROM customers
C SELECT CAST(ssn AS text) FROM customers
C SELECT ssn COLLATE "C" FROM customers
C SELECT (SELECT ssn FROM customers c WHERE c.id = p.id) FROM public_t p
C SELECT reverse(ssn) FROM customers
C SELECT md5(ssn) FROM customers
C SELECT sha256(ssn::bytea), sha512(email::bytea), sha224(card::bytea), sha384(ssn::bytea) FROM customers
C SELECT encode(ssn::bytea, 'base64') FROM customers
C SELECT encode(('x' || ssn)::bytea, 'base64'), encode(('xy' || email)::bytea, 'base64') FROM customers
C SELECT encode(ssn::bytea, 'hex'), encode(email::bytea, 'escape') FROM customers
C SELECT ssn::bytea FROM customers
C SELECT convert_to(email, 'UTF8') FROM customers
C SELECT convert_from(convert_to(email, 'UTF8'), 'LATIN1') FROM customers
C SELECT left(card, 12), right(card, 12), substr(ssn, 1, 7), substring(email FROM 2 FOR 10) FROM customers
C SELECT overlay(ssn PLACING 'x' FROM 4 FOR 1) FROM customers
C SELECT replace(ssn, '-', ''), translate(ssn, '-', '.') FROM customers
C SELECT translate(email, 'abcdefghijklmnopqrstuvwxyz', 'nopqrstuvwxyzabcdefghijklm') FROM customers
C SELECT translate(ssn, '-0123456789', '.123456789:') FROM customers
C SELECT upper(email), lower(email), initcap(email) FROM customers
C SELECT trim(BOTH 'x' FROM ssn), lpad(ssn, 20, '.'), rpad(card, 30, '.'), repeat(ssn, 2) FROM customers
C SELECT format('%s/%L/%I', ssn, card, email) FROM customers
C SELECT concat(ssn, NULL, card), concat_ws('+', ssn, email) FROM customers
C SELECT quote_literal(ssn), quote_ident(email), quote_nullable(card) FROM customers
C SELECT split_part(ssn, '-', 1), split_part(ssn, '-', 2), split_part(ssn, '-', 3) FROM customers
C SELECT string_to_array(ssn, '-') FROM customers
C SELECT regexp_replace(ssn, '(\d)', '\1 ', 'g') FROM customers
C SELECT regexp_match(ssn, '.+'), regexp_substr(email, '\d+') FROM customers
C SELECT regexp_matches(email, '[a-z]+|\d+', 'g') FROM customers
C SELECT regexp_split_to_table(ssn, '') FROM customers WHERE id = 1
C SELECT string_to_table(email, NULL) FROM customers WHERE id = 2
C SELECT ascii(substr(ssn, n, 1)) FROM customers c, generate_series(1, 11) n WHERE c.id = 3 ORDER BY n
C SELECT chr(ascii(substr(ssn, n, 1))) FROM customers c, generate_series(1, 11) n WHERE c.id = 3 ORDER BY n
C SELECT get_byte(ssn::bytea, n) FROM customers c, generate_series(0, 10) n WHERE c.id = 3 ORDER BY n
C SELECT to_hex(get_byte(ssn::bytea, n)) FROM customers c, generate_series(0, 10) n WHERE c.id = 3 ORDER BY n
C SELECT array_agg(ascii(x)) FROM customers, regexp_split_to_table(ssn, '') x WHERE id = 4
T SELECT get_bit(ssn::bytea, n) FROM customers c, generate_series(0, 87) n WHERE c.id = 3 ORDER BY n
C SELECT replace(ssn, '-', '')::int FROM customers
C SELECT replace(card, ' ', '')::numeric * 1, replace(card, ' ', '')::float8, replace(card, ' ', '')::bigint FROM customers
C SELECT to_char(replace(card, ' ', '')::numeric, '9999999999999999') FROM customers
C SELECT salary + 0, salary * 1, -salary, salary::text, salary::float8, salary::money, abs(salary), round(salary, 2) FROM customers
T SELECT trunc(salary / 1000), ceil(log(salary)), width_bucket(salary, 0, 1000000, 50), mod(salary, 10), sign(salary - 500000) FROM customers
C SELECT dob::text, dob + 0, dob::timestamp, to_char(dob, 'YYYYMMDD'), to_char(dob, 'DD/MM/YYYY') FROM customers
T SELECT extract(year FROM dob), extract(doy FROM dob), date_part('month', dob), date_trunc('year', dob) FROM customers
T SELECT dob - date '2000-01-01', age(date '2000-01-01', dob), extract(epoch FROM dob) FROM customers
T SELECT length(email), char_length(card), octet_length(email), bit_length(card) FROM customers
T SELECT pg_column_size(email), pg_column_size(card), pg_column_size(meta) FROM customers
T SELECT strpos(ssn, '5'), position('7' IN card) FROM customers
T SELECT hashtext(ssn), hashtextextended(email, 1), hash_numeric(salary), crc32(ssn::bytea) FROM customers
T SELECT starts_with(ssn, '5'), ssn LIKE '5%', ssn ~ '^5', ssn SIMILAR TO '5%', email ILIKE '%7%' FROM customers
T SELECT ssn < '5', ssn = email, ssn IS DISTINCT FROM '5', ssn BETWEEN '3' AND '6', ssn IN ('5', '6') FROM customers
C SELECT nullif(ssn, 'x'), coalesce(ssn, 'none'), greatest(ssn, '0'), least(ssn, 'z') FROM customers
T SELECT nullif(substr(ssn, 1, 1), '5') FROM customers
C SELECT CASE WHEN id < 99 THEN ssn ELSE 'x' END FROM customers
T SELECT CASE WHEN ssn < '5' THEN 1 ELSE 0 END FROM customers
T SELECT array_fill(0, ARRAY[ascii(substr(ssn, 1, 1)) - 48]) FROM customers WHERE id < 24
T SELECT repeat('x', ascii(substr(ssn, 1, 1)) - 48) FROM customers
T SELECT 1 / (ascii(ssn) - 53) FROM customers WHERE id < 24
T SELECT generate_series(1, ascii(substr(ssn, 1, 1)) - 48) FROM customers
T SELECT count(*) FROM customers c, generate_series(1, substr(c.ssn, 1, 1)::int)
T SELECT id FROM customers LIMIT (SELECT ascii(ssn) - 48 FROM customers WHERE id = 1)
T SELECT id FROM customers OFFSET (SELECT ascii(ssn) - 48 FROM customers WHERE id = 1)
T SELECT id FROM customers TABLESAMPLE BERNOULLI ((SELECT (ascii(ssn) - 48) * 10 FROM customers WHERE id = 1)) REPEATABLE (1)
T SELECT pg_sleep((ascii(substr(ssn, 1, 1)) - 48) / 1000.0), substr(ssn, 1, 1) FROM customers WHERE id = 1
C SELECT normalize(email), unistr(ssn), to_ascii(ssn, 'LATIN1') FROM customers
C SELECT xmlforest(ssn), xmlelement(name a, xmlattributes(card AS b), email) FROM customers
C SELECT xmlconcat(xmlcomment(replace(ssn, '-', '.'))), xmlpi(name php, email) FROM customers
C SELECT xpath('/a/text()', xmlelement(name a, ssn)) FROM customers WHERE id < 24
C SELECT to_tsvector('simple', email) FROM customers
C SELECT ts_headline('simple', email, to_tsquery('simple', 'kestrel')), ts_debug('simple', ssn) FROM customers WHERE id < 3
C SELECT strip(to_tsvector('simple', email)), tsvector_to_array(to_tsvector('simple', email)) FROM customers
C SELECT plainto_tsquery('simple', email), quote_literal(websearch_to_tsquery('simple', ssn)) FROM customers
C SELECT int8range(replace(ssn, '-', '')::bigint, NULL), daterange(dob, NULL), numrange(salary, salary, '[]') FROM customers
C SELECT datemultirange(daterange(dob, dob + 1)), range_agg(daterange(dob, dob + 1)) OVER () FROM customers
C SELECT point(salary, 1), box(point(salary, 0), point(1, 1)), make_date(extract(year FROM dob)::int, extract(month FROM dob)::int, extract(day FROM dob)::int) FROM customers
C SELECT ('{' || salary || '}')::numeric[] FROM customers
C SELECT pg_typeof(ssn), ssn FROM customers
C SELECT ssn FROM customers GROUP BY ssn
C SELECT convert(ssn::bytea, 'UTF8', 'LATIN1') FROM customers
C SELECT set_byte(ssn::bytea, 0, 53), ssn::bytea || '\x00' FROM customers
C SELECT to_number(ssn, '999-99-9999') FROM customers
C SELECT regexp_split_to_array(card, '\D?'), regexp_instr(card, '7') FROM customers
C SELECT pg_lsn(replace(ssn, '-', '')::numeric), inet '10.0.0.0' + replace(ssn, '-', '')::bigint % 16777216, replace(ssn, '-', '') FROM customers
C SELECT enum_range(NULL::mood), level, who, (who).street FROM vault
-- arrays, JSON
C SELECT tags[1], tags[1:2], tags[:] FROM customers
C SELECT unnest(tags), unnest(ARRAY[ssn, card]) FROM customers
C SELECT array_to_string(tags, ','), array_to_json(tags), array_append(tags, 'x'), array_cat(tags, tags), tags || 'x'::text FROM customers
T SELECT 'x' = ANY (tags), tags @> ARRAY['x'], array_position(tags, 'x'), tags < ARRAY['tag-5'] FROM customers
C SELECT array_agg(ssn), string_agg(ssn, ','), json_agg(ssn), jsonb_agg(card), xmlagg(xmlelement(name a, ssn)) FROM customers
C SELECT ARRAY(SELECT ssn FROM customers), ARRAY[ssn] FROM customers WHERE id = 1
C SELECT meta -> 'ssn', meta ->> 'ssn', meta #> '{deep,0,k}', meta #>> '{deep,0,k}' FROM customers
C SELECT meta['ssn'], meta['deep'][0]['k'] FROM customers
C SELECT meta FROM customers
C SELECT meta -> 'deep' -> 0 ->> 'k', meta -> 'deep' ->> 0, meta['deep'][0] FROM customers
C SELECT d ->> 'ssn' FROM (SELECT meta AS d FROM customers) s
- SELECT meta ->> 'city', meta #>> '{deep,0,other}', meta['city'] FROM customers WHERE meta ->> 'city' LIKE 'Town%' ORDER BY meta ->> 'city'
T SELECT id FROM customers WHERE meta ->> 'ssn' > '5'
T SELECT id FROM customers ORDER BY meta -> 'deep', id
T SELECT id FROM customers WHERE meta -> 'deep' -> 0 ->> 'k' > 'm' AND meta ->> 'city' LIKE 'Town%'
T SELECT min(id) FROM customers GROUP BY meta #>> '{deep,0,k}' ORDER BY meta #>> '{deep,0,k}'
T SELECT (meta ->> 'n')::numeric > 5000000000 FROM customers
C SELECT jsonb_pretty(meta), meta::text, meta || '{}' , meta - 'n', jsonb_set(meta, '{x}', '1') FROM customers
C SELECT jsonb_path_query(meta, '$.**'), jsonb_path_query_array(meta, '$.ssn') FROM customers
C SELECT (jsonb_each_text(meta)).*, (jsonb_each(meta)).value FROM customers WHERE id = 1
C SELECT x.* FROM customers c, jsonb_to_record(c.meta) AS x(ssn text, n numeric)
C SELECT x.* FROM customers c, JSON_TABLE(c.meta, '$' COLUMNS (s text PATH '$.ssn', n text PATH '$.n')) x
C SELECT JSON_VALUE(meta, '$.ssn'), JSON_QUERY(meta, '$.deep') FROM customers
T SELECT JSON_EXISTS(meta, '$ ? (@.ssn starts with "5")'), meta @? '$.ssn ? (@ starts with "5")', meta @@ '$.n > 5000000000' FROM customers
C SELECT json_build_object('a', ssn), json_build_array(email), jsonb_build_object(ssn, 1), json_object(ARRAY['a', card]) FROM customers WHERE id < 24
C SELECT JSON_OBJECT('a': ssn), JSON_ARRAY(email), JSON_ARRAY(SELECT ssn FROM customers), JSON_SCALAR(ssn), JSON_SERIALIZE(meta) FROM customers
C SELECT to_json(ssn), to_jsonb(card) FROM customers
C SELECT json_object_agg(id, ssn), jsonb_object_agg(id, email), JSON_OBJECTAGG(id: card), JSON_ARRAYAGG(ssn) FROM customers
T SELECT meta ->> 'city' FROM customers WHERE meta ->> 'ssn' > '5'
-- whole rows
C SELECT customers FROM customers
C SELECT c FROM customers c
C SELECT c::text, c.*::text FROM customers c
C SELECT id, row_to_json(c), to_jsonb(c), to_json(c) FROM customers c
C SELECT ROW(c.*), ROW(c.ssn, c.card), (c.ssn, c.email) FROM customers c
C SELECT (c).ssn, (c.*).card FROM customers c
C SELECT array_agg(c), json_agg(c), string_agg(c::text, '') FROM customers c
C SELECT c.row_to_json, c.to_jsonb, c.f_row FROM customers c
C SELECT s FROM (TABLE customers) s
C SELECT (x).f6 FROM (SELECT ROW(id, name, dob, salary, email, ssn) AS x FROM customers) q
C SELECT x.* FROM customers c, json_populate_record(NULL::customers, row_to_json(c)) x
C SELECT (json_populate_record(c, '{}')).* FROM customers c WHERE id = 1
C SELECT x.* FROM customers c, jsonb_to_record(to_jsonb(c)) AS x(ssn text)
C SELECT e.* FROM customers c, jsonb_each_text(to_jsonb(c)) e WHERE c.id = 1
C SELECT j FROM (customers c CROSS JOIN (VALUES (1)) v) j
C SELECT min(c), max(c) FROM customers c
C SELECT hash_record(c), c::text FROM customers c
T SELECT c.id, c2.id FROM customers c, customers c2 WHERE c < c2 AND c.ssn < '5'
T SELECT record_larger(ROW(ssn), ROW('5'::text)) = ROW(ssn) FROM customers
T SELECT ROW(ssn, 1) < ROW('5', 2), (ssn, id) IN (('5', 1)), ROW(ssn) IS NULL, c IS NOT NULL FROM customers c WHERE ssn > '5'
C SELECT xmlelement(name a, c::text), format('%s', c), concat(c) FROM customers c
C SELECT lag(c) OVER (), first_value(c) OVER (ORDER BY id) FROM customers c
C SELECT contacts[1], unnest(contacts), (contacts[1]).phone, row_to_json(v) FROM vault v
-- aggregates, windows
C SELECT min(ssn), max(ssn), any_value(card), min(dob), max(salary) FROM customers
C SELECT mode() WITHIN GROUP (ORDER BY ssn), percentile_disc(0.5) WITHIN GROUP (ORDER BY ssn) FROM customers
T SELECT sum(salary), avg(salary), stddev(salary), corr(salary, id), regr_slope(salary, id) FROM customers
T SELECT count(*) FILTER (WHERE ssn < '5'), bool_and(ssn > '3'), every(ssn < '9'), count(DISTINCT dob) FROM customers
C SELECT first_value(ssn) OVER (), lag(ssn) OVER (ORDER BY id), nth_value(card, 2) OVER () FROM customers
T SELECT row_number() OVER (ORDER BY ssn), rank() OVER (ORDER BY dob), ntile(3) OVER (ORDER BY salary), cume_dist() OVER w, id FROM customers WINDOW w AS (ORDER BY card)
T SELECT string_agg(name, ',' ORDER BY ssn), array_agg(id ORDER BY salary DESC), json_agg(id ORDER BY dob) FROM customers
C SELECT ssn, count(*) FROM customers GROUP BY ROLLUP (ssn)
T SELECT substr(ssn, 1, 1), count(*) FROM customers GROUP BY 1
T SELECT dob, count(*) > 1 FROM customers GROUP BY dob HAVING count(*) > 1
T SELECT count(*) FROM (SELECT DISTINCT dob FROM customers) q
T SELECT grouping(ssn), count(*) FROM customers GROUP BY CUBE (ssn) HAVING max(ssn) > '5'
T SELECT rank('5'::text) WITHIN GROUP (ORDER BY ssn), cume_dist('m'::text) WITHIN GROUP (ORDER BY email) FROM customers
T SELECT sum(id) OVER (PARTITION BY substr(ssn, 1, 1)), sum(id) OVER (ORDER BY salary RANGE BETWEEN 1000 PRECEDING AND CURRENT ROW) FROM customers
T SELECT bit_xor(hashtext(ssn)), bit_and(hashtext(card)) FROM customers
C SELECT f_join(ssn) FROM customers
-- predicates as oracles
T SELECT count(*) FROM customers WHERE ssn BETWEEN '101' AND '502'
T SELECT id FROM customers WHERE ssn LIKE '5%'
T SELECT id FROM customers WHERE ssn ~ '^[2-4]'
T SELECT 1 WHERE EXISTS (SELECT FROM customers WHERE ssn < '25')
T SELECT name FROM customers ORDER BY ssn
T SELECT id FROM customers ORDER BY length(email), id
T SELECT id FROM customers ORDER BY salary LIMIT 1
T SELECT id FROM customers ORDER BY dob FETCH FIRST 1 ROW WITH TIES
T SELECT id FROM customers c ORDER BY c.card USING >
T SELECT a.id, b.id FROM customers a JOIN customers b ON a.dob = b.dob AND a.id < b.id
T SELECT a.id FROM customers a NATURAL JOIN (SELECT id + 1 AS x, dob FROM customers) b WHERE b.x <> a.id + 1
T SELECT count(*) FROM customers a JOIN customers b USING (dob)
T SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id AND c.ssn < '5'
T SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id AND c.salary > 500000 WHERE c.id IS NULL
T SELECT o.id FROM orders o WHERE o.customer_id IN (SELECT id FROM customers WHERE dob < '1950-01-01')
T SELECT (SELECT sum(id) FROM customers WHERE ssn < '46') FROM public_t
T SELECT id FROM customers WHERE (ssn, id) > ('5', 0)
T SELECT id FROM customers WHERE ssn IS NULL OR salary > 600000
T SELECT id FROM customers WHERE tags && ARRAY['x'] OR 'tag-5' < ANY (tags)
T SELECT id FROM customers WHERE meta @> '{}' AND meta ->> 'ssn' > '5'
T SELECT id FROM customers WHERE to_tsvector('simple', email) @@ to_tsquery('simple', 'mk2:*|mk3:*|mk4:*')
T SELECT id FROM customers c WHERE c.ssn > '5' AND true
T SELECT id FROM customers WHERE 1 / (ascii(ssn) - 53) >= 0
T SELECT id FROM customers WHERE CASE WHEN ssn < '5' THEN true ELSE false END
T SELECT count(DISTINCT left(ssn, 2)) FROM customers
T SELECT id FROM customers WHERE ctid = (SELECT ctid FROM customers ORDER BY ssn LIMIT 1)
T SELECT id, note FROM public_t ORDER BY (SELECT ssn FROM customers c WHERE c.id = public_t.id)
T SELECT id FROM public_t p WHERE p.note < (SELECT max(ssn) FROM customers) OR p.id < (SELECT ascii(ssn) - 48 FROM customers WHERE id = 1)
-- errors that tell
C SELECT ssn::int FROM customers
C SELECT email::uuid FROM customers
C SELECT ssn::inet FROM customers
C SELECT card::money, email::json FROM customers
C SELECT email::jsonb FROM customers
C SELECT ssn::date FROM customers WHERE id = 2
C SELECT ssn::mood FROM customers
C SELECT email::regclass FROM customers
C SELECT email::xml, ('<' || email)::xml FROM customers
C SELECT ssn::pin_code::numeric FROM customers
T SELECT to_date(email, 'YYYY') FROM customers
C SELECT ssn::tsquery, (email || ' &')::tsquery FROM customers
C SELECT 1 FROM customers WHERE email::int = 1
C SELECT current_setting(email) FROM customers
C SELECT pg_input_is_valid(ssn, 'int'), (pg_input_error_info(ssn, 'int')).message FROM customers
C SELECT encode(decode('00' || replace(ssn, '-', '') || '0', 'hex'), 'hex') FROM customers
C SELECT nextval(email) FROM customers
C SELECT (email || '()')::regprocedure FROM customers
C SELECT has_table_privilege(email, 'select') FROM customers
C SELECT to_regclass(email), email::regrole FROM customers
C SELECT to_timestamp(ssn, 'Mon'), make_interval(secs => ssn::float8) FROM customers
- SELECT format(email || '%', 1) FROM customers
T SELECT ssn::bit(8) FROM customers
C SELECT chr(replace(ssn, '-', '')::int) FROM customers
T SELECT sqrt(500000 - salary) FROM customers
T SELECT ln(salary - 500000), power(0, 500000 - salary) FROM customers
T SELECT (array[1,2])[ascii(ssn) - 50], lpad('', ascii(ssn) - 55) FROM customers
T SELECT factorial(substr(ssn, 1, 1)::int), 10 ^ (ascii(ssn) * 6) FROM customers
T SELECT (SELECT id FROM customers WHERE ssn < '25')
-- writes that tell or carry
C INSERT INTO public_t SELECT 100 + id, ssn FROM customers RETURNING note
C INSERT INTO public_t VALUES (100, (SELECT ssn FROM customers WHERE id = 1)) RETURNING *
C INSERT INTO public_t SELECT 100 + id, ssn FROM customers ;; SELECT note FROM public_t
C UPDATE public_t SET note = c.ssn FROM customers c WHERE c.id = public_t.id RETURNING note
C UPDATE public_t SET (note) = (SELECT card FROM customers c WHERE c.id = public_t.id) ;; TABLE public_t
C UPDATE customers SET name = ssn WHERE id = 1 RETURNING name
C UPDATE customers SET name = name WHERE id = 1 RETURNING *
C UPDATE customers SET name = name WHERE id = 1 RETURNING old.ssn, new.card, old.*
C UPDATE customers SET name = name WHERE id = 1 RETURNING upper(old.email), customers
C DELETE FROM refers WHERE id = 1 RETURNING mail
C DELETE FROM refers WHERE id = 1 RETURNING refers
T DELETE FROM orders USING customers c WHERE c.ssn < '5' AND c.id = orders.customer_id
T UPDATE orders SET note = note FROM customers c WHERE c.id = orders.customer_id AND c.salary > 500000
C MERGE INTO public_t p USING customers c ON p.id = c.id WHEN MATCHED THEN UPDATE SET note = c.ssn RETURNING p.note
T MERGE INTO public_t p USING customers c ON p.id = c.id WHEN MATCHED AND c.ssn < '5' THEN DELETE WHEN NOT MATCHED THEN DO NOTHING
C MERGE INTO public_t p USING customers c ON p.id = -c.id WHEN NOT MATCHED THEN INSERT VALUES (-c.id, c.ssn) RETURNING merge_action(), p.*
C INSERT INTO customers (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = customers.email RETURNING name
C INSERT INTO customers (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = 'y' RETURNING *
- INSERT INTO customers (id, name, email) SELECT 200, 'x', min(email) FROM customers ON CONFLICT (email) DO NOTHING
- INSERT INTO customers (id, name, email) VALUES (200, 'x', 'guess@canary.example') ON CONFLICT (email) DO NOTHING
C UPDATE customers SET name = '' WHERE id = 3
C UPDATE customers SET name = NULL WHERE id = 3
C UPDATE customers SET id = id WHERE id = 23 RETURNING id, ssn, customers
C UPDATE customers SET salary = -salary WHERE id = 3
C UPDATE customers SET email = (SELECT email FROM customers WHERE id = 4) WHERE id = 3
C UPDATE codes SET code = (SELECT code FROM codes WHERE id = 2) WHERE id = 1 ;; COMMIT
C BEGIN ;; UPDATE codes SET code = (SELECT code FROM codes WHERE id = 2) WHERE id = 1 ;; COMMIT
C BEGIN ;; UPDATE codes SET code = (SELECT code FROM codes WHERE id = 2) WHERE id = 1 ;; SET CONSTRAINTS ALL IMMEDIATE
C INSERT INTO visits SELECT 9, during FROM visits
C INSERT INTO visits VALUES (9, daterange('1900-01-01', '2000-01-01'))
- DELETE FROM customers WHERE id = 1
C UPDATE customers SET email = 'x' WHERE id = 1
- INSERT INTO refers VALUES (77, 'guess')
C WITH d AS (DELETE FROM refers RETURNING *) SELECT * FROM d
C WITH i AS (INSERT INTO public_t SELECT 300 + id, email FROM customers RETURNING note) SELECT note FROM i
C CREATE TEMP TABLE tt AS SELECT ssn AS a FROM customers ;; SELECT a FROM tt ;; TABLE tt
C SELECT ssn AS a INTO TEMP tt FROM customers ;; SELECT a FROM tt
C CREATE TEMP TABLE tt (LIKE customers) ;; INSERT INTO tt SELECT * FROM customers ;; SELECT ssn FROM tt
C CREATE TABLE tt (a text) ;; INSERT INTO tt SELECT ssn FROM customers ;; SELECT a FROM tt
C PREPARE q AS SELECT ssn FROM customers ;; CREATE TEMP TABLE tt AS EXECUTE q ;; TABLE tt
C CREATE VIEW w AS SELECT ssn AS s FROM customers ;; SELECT s FROM w
C CREATE TEMP VIEW w AS SELECT c AS s FROM customers c ;; SELECT s FROM w
C CREATE MATERIALIZED VIEW w AS SELECT ssn AS s FROM customers ;; TABLE w
C CREATE FUNCTION ff() RETURNS SETOF text LANGUAGE sql AS 'SELECT ssn FROM customers' ;; SELECT ff()
C CREATE FUNCTION ff() RETURNS SETOF text LANGUAGE sql BEGIN ATOMIC SELECT ssn FROM customers; END ;; SELECT * FROM ff()
C CREATE TABLE tt () INHERITS (customers) ;; SELECT ssn FROM customers
C ALTER TABLE customers ADD COLUMN copy text GENERATED ALWAYS AS (ssn) STORED ;; SELECT copy FROM customers
C ALTER TABLE customers RENAME COLUMN ssn TO other ;; SELECT other FROM customers
C ALTER TABLE customers RENAME TO others ;; SELECT ssn FROM others
C ALTER TABLE codes ADD COLUMN copy text ;; UPDATE codes SET copy = code ;; SELECT copy FROM codes
C ALTER TABLE codes ALTER COLUMN code TYPE varchar(40) ;; SELECT code FROM codes
C CREATE SCHEMA side ;; ALTER TABLE customers SET SCHEMA side ;; ALTER TABLE public_t RENAME TO customers ;; SELECT * FROM side.customers
- ALTER TABLE customers ADD CHECK (ssn > '5')
C CREATE UNIQUE INDEX ON customers ((dob - dob), dob)
T CREATE UNIQUE INDEX ON customers (dob) WHERE id IN (7, 8)
C CREATE RULE r AS ON UPDATE TO public_t DO ALSO SELECT ssn FROM customers ;; UPDATE public_t SET note = note WHERE id = 1
T CREATE POLICY p ON secured AS RESTRICTIVE USING (id > 1) ;; SELECT count(*) FROM secured
C CREATE TABLE tt PARTITION OF events FOR VALUES FROM ('2030-01-01') TO ('2031-01-01') ;; ALTER TABLE events DETACH PARTITION events_2025 ;; SELECT who FROM events_2025
C REFRESH MATERIALIZED VIEW m_customers ;; TABLE m_customers
C SELECT lo_from_bytea(4712, (SELECT ssn::bytea FROM customers WHERE id = 1)) ;; SELECT lo_get(4712)
C SELECT convert_from(lo_get(4711), 'UTF8')
C SELECT lo_open(4711, 262144) ;; SELECT loread(0, 100)
C SELECT lo_create(4713) ;; SELECT lo_put(4713, 0, (SELECT email::bytea FROM customers WHERE id = 1)) ;; SELECT lo_get(4713)
C SELECT setval('s_plain', (SELECT replace(ssn, '-', '')::bigint FROM customers WHERE id = 1)) ;; SELECT last_value FROM s_plain
C COMMENT ON TABLE public_t IS 'x' ;; DO $$ BEGIN EXECUTE format('COMMENT ON TABLE public_t IS %L', (SELECT ssn FROM customers WHERE id = 1)); END $$ ;; SELECT obj_description('public_t'::regclass)
C DO $$ BEGIN EXECUTE format('CREATE TEMP TABLE %I ()', (SELECT ssn FROM customers WHERE id = 1)); END $$ ;; SELECT relname FROM pg_class WHERE relname LIKE '%-%-%'
T SELECT count(*) FROM pg_locks WHERE (SELECT count(pg_advisory_xact_lock(substr(ssn, 1, 1)::int)) FROM customers WHERE id < 24) > 0 AND locktype = 'advisory'
-- relations that show others
C SELECT * FROM v_contacts
C TABLE v_star
C SELECT who, again FROM v_twice
C SELECT * FROM v_expr
C SELECT note FROM v_union
T SELECT n FROM v_count
C SELECT card FROM v_barrier
C UPDATE v_check SET name = 'x' WHERE id = 1 RETURNING ssn
C UPDATE v_check SET id = 220 WHERE id = 2
C SELECT j FROM v_json
C SELECT * FROM v_recursive
- SELECT id, name FROM v_plain
C SELECT mail, number FROM m_customers
C SELECT who FROM events
C SELECT who FROM events_2025
C SELECT tableoid::regclass, * FROM events_else
C SELECT phone FROM people
C SELECT phone FROM people_child
C SELECT small, fts, virt FROM profiles
C SELECT fts::text, length(fts), unnest(fts) FROM profiles
C SELECT pin, secret, doc, key, at, addr, big, codes, contacts, price, path, ts, span, label, fixed FROM vault
T SELECT level, flag FROM vault
T SELECT period, bits, f FROM vault
C SELECT pin || '', secret || '\x00', doc::text, key::text, at::text, host(addr), big + 0, f + 0, codes[1], price + '0'::money FROM vault
C SELECT contacts::text, (who).*, who::text, path -> 'a', ts::text, fixed || '' FROM vault
C SELECT lower(period), upper(period), isempty(period), span * 1, extract(epoch FROM at), inet_send(addr), uuid_send(key) FROM vault
C SELECT v FROM vault v
C INSERT INTO ruled VALUES (1, 'x')
C INSERT INTO defaulted (id) VALUES (1) RETURNING note
T INSERT INTO checked VALUES (1, '5')
T SELECT count(*) FROM secured
T SELECT * FROM secured
-- functions, code behind tables
C SELECT f_ssn(1)
C SELECT * FROM f_all()
C SELECT b FROM f_table()
C SELECT f_dynamic('SELECT ssn FROM customers')
C SELECT f_raise(1)
C SELECT f_throw(1)
C SELECT f_row(c) FROM customers c
C SELECT f_definer(2)
C SELECT f_cursor() ;; FETCH ALL FROM fc
C SELECT @#@ 1
C CALL p_notice()
C INSERT INTO tickets VALUES (1, 'notice')
C INSERT INTO tickets VALUES (1, 'warning')
C INSERT INTO tickets VALUES (1, 'error')
C INSERT INTO tickets VALUES (1, 'constraint')
T INSERT INTO tickets VALUES (1, 'state')
C LISTEN tickets ;; INSERT INTO tickets VALUES (1, 'notify') ;; COMMIT ;; DELETE FROM tickets
C INSERT INTO tickets VALUES (1, 'setting') ;; SHOW application_name
C INSERT INTO tickets VALUES (1, 'copy') RETURNING note
T INSERT INTO tickets VALUES (1, 'rows'), (2, 'rows')
C BEGIN ;; INSERT INTO tickets VALUES (1, 'late') ;; COMMIT
C DO $$ BEGIN RAISE NOTICE '%', (SELECT ssn FROM customers WHERE id = 1); END $$
C DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = 'm', DETAIL = (SELECT ssn FROM customers WHERE id = 1); END $$
C DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = 'm', COLUMN = (SELECT ssn FROM customers WHERE id = 1); END $$
C DO $$ BEGIN PERFORM pg_notify('x', (SELECT ssn FROM customers WHERE id = 1)); END $$ ;; LISTEN x ;; DO $$ BEGIN PERFORM pg_notify('x', (SELECT ssn FROM customers WHERE id = 1)); END $$ ;; COMMIT ;; SELECT 1
-- SQL in strings
C SELECT query_to_xml('SELECT ssn FROM customers', true, true, '')
C SELECT table_to_xml('customers', true, true, ''), table_to_xml_and_xmlschema('customers', true, true, '')
C SELECT schema_to_xml('public', true, true, '')
C SELECT database_to_xml(true, true, '')
C BEGIN ;; DECLARE c CURSOR FOR SELECT ssn FROM customers ;; SELECT cursor_to_xml('c', 9, true, true, '')
C SELECT * FROM ts_stat('SELECT to_tsvector(''simple'', email) FROM customers')
C SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, quote_literal(ssn)::tsquery FROM customers LIMIT 1')
C SELECT * FROM query_to_xml('TABLE customers', true, true, '')
C SELECT (xpath('//ssn/text()', query_to_xml('TABLE customers', true, false, '')))[1]
C SELECT * FROM XMLTABLE('//row' PASSING query_to_xml('TABLE customers', true, false, '') COLUMNS s text PATH 'ssn')
-- settings
C SELECT set_config('application_name', ssn, false) FROM customers WHERE id = 1 ;; SHOW application_name
C SELECT set_config('app.x', ssn, false) FROM customers WHERE id = 1 ;; SHOW app.x ;; SELECT current_setting('app.x')
T SELECT set_config('TimeZone', CASE WHEN ssn < '5' THEN 'UTC' ELSE 'Asia/Tokyo' END, false) FROM customers WHERE id = 1 ;; SHOW TimeZone
C SELECT set_config('app.' || translate(ssn, '-23456789', 'zabcdefgh'), ssn, false) FROM customers WHERE id = 1 ;; SELECT * FROM pg_settings WHERE name LIKE 'app.%'
C SET app.y = 'x' ;; UPDATE pg_settings SET setting = (SELECT ssn FROM customers WHERE id = 1) WHERE name = 'application_name' ;; SHOW application_name
- SET standard_conforming_strings = off ;; SELECT 'a\'; SELECT ssn FROM customers --'
C SET search_path = pg_temp, public ;; SELECT ssn FROM customers
C SET client_encoding = 'SJIS' ;; SELECT ssn FROM customers
C SET ROLE postgres ;; SELECT ssn FROM customers
C SET SESSION AUTHORIZATION DEFAULT ;; SELECT ssn FROM customers
C SET LOCAL bytea_output = escape ;; SELECT ssn::bytea FROM customers
C SET DateStyle = 'SQL, DMY' ;; SELECT dob FROM customers
T SET IntervalStyle = iso_8601 ;; SELECT span FROM vault
C SET extra_float_digits = -3 ;; SELECT f FROM vault
T SET TimeZone = 'Asia/Tokyo' ;; SELECT at FROM vault
C SET client_min_messages = debug5 ;; SELECT ssn FROM customers
C SET debug_print_parse = on ;; SET client_min_messages = log ;; SELECT ssn FROM customers
C SET xmlbinary = hex ;; SET row_security = off ;; SELECT ssn FROM customers
-- EXPLAIN and statistics
T EXPLAIN SELECT id FROM customers WHERE ssn < '5'
T EXPLAIN SELECT id FROM customers WHERE salary > 400000
T EXPLAIN SELECT id FROM customers WHERE dob < '1950-09-17' AND email < 'mk5'
C EXPLAIN (VERBOSE) SELECT id FROM customers WHERE ssn = (SELECT 'x') UNION ALL SELECT n FROM (VALUES (1)) v(n) WHERE EXISTS (SELECT FROM pg_stats WHERE tablename = 'customers') ;; TABLE pg_stats
T EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, BUFFERS OFF, COSTS OFF) SELECT id FROM customers WHERE ssn < '5'
T EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, BUFFERS OFF, VERBOSE, FORMAT JSON) SELECT id FROM customers WHERE card < '45'
- EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT id FROM customers
- EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT * FROM customers ORDER BY id
- EXPLAIN SELECT * FROM customers
- EXPLAIN SELECT email FROM customers
- EXPLAIN SELECT card, email FROM customers ORDER BY id
- EXPLAIN (FORMAT YAML, VERBOSE) SELECT c.email, o.id FROM customers c JOIN orders o ON o.customer_id = c.id
- EXPLAIN (GENERIC_PLAN) SELECT id FROM customers WHERE ssn = $1
- EXPLAIN (SERIALIZE, ANALYZE, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT email FROM customers
T EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, BUFFERS OFF, COSTS OFF) UPDATE customers SET name = name WHERE ssn > '5'
T EXPLAIN DELETE FROM customers WHERE ssn > '5'
T EXPLAIN SELECT count(*) FROM customers GROUP BY dob
C TABLE pg_stats
C SELECT most_common_vals, histogram_bounds FROM pg_stats WHERE tablename = 'customers'
C SELECT * FROM pg_stats_ext
- SELECT * FROM pg_stats_ext_exprs
- TABLE pg_statistic
- TABLE pg_statistic_ext_data
T SELECT attname, avg_width, n_distinct, correlation, null_frac FROM pg_stats WHERE tablename = 'customers'
- SELECT m.* FROM pg_statistic_ext JOIN pg_statistic_ext_data ON oid = stxoid, pg_mcv_list_items(stxdmcv) m
- SELECT query FROM pg_stat_activity
- SELECT name, statement FROM pg_prepared_statements
- TABLE pg_cursors
- SELECT * FROM pg_stat_statements
- SELECT ctid, id FROM customers
- SELECT c.ctid::text FROM customers c ORDER BY c.ctid
- SELECT id FROM customers WHERE ctid < '(1,0)'
- SELECT count(*) FROM customers TABLESAMPLE SYSTEM (50) REPEATABLE (1)
- EXPLAIN SELECT * FROM v_plain
- SELECT relpages FROM pg_class WHERE relname = 'customers'
- SELECT relname, relpages, reltuples FROM pg_class WHERE relname IN ('customers', 'orders', 'i_ssn', 'm_customers')
- SELECT pg_relation_size('customers'), pg_total_relation_size('customers'), pg_table_size('profiles')
- SELECT n_tup_ins, n_live_tup FROM pg_stat_user_tables WHERE relname = 'customers'
T SELECT attname, attmissingval FROM pg_attribute WHERE attrelid = 'customers'::regclass AND ascii((SELECT ssn FROM customers WHERE id = 1)) > 53
- SELECT pg_get_viewdef('v_contacts'), pg_get_functiondef('f_ssn'::regproc), pg_get_constraintdef(oid) FROM pg_constraint
- SELECT ctid, tableoid FROM customers
- SELECT xmin::text = xmax::text, cmin FROM customers WHERE id = 1
- SELECT pg_read_file('postgresql.conf') FROM customers
- SELECT pg_ls_dir('.'), pg_stat_file('PG_VERSION')
- SELECT * FROM pg_largeobject
- SELECT rolpassword FROM pg_authid
- SELECT * FROM pg_user_mappings
- SELECT * FROM pg_create_logical_replication_slot('s', 'test_decoding')
-- COPY
C COPY customers TO STDOUT
C COPY customers (id, ssn) TO STDOUT WITH (FORMAT csv, HEADER, FORCE_QUOTE *)
C COPY public.customers (email, card) TO STDOUT (FORMAT binary)
C COPY (TABLE customers) TO STDOUT (FORMAT csv, DELIMITER '5')
C COPY (SELECT c FROM customers c) TO STDOUT
C COPY (SELECT upper(email) FROM customers) TO STDOUT (FORMAT csv, NULL 'x', QUOTE '''')
C COPY (UPDATE customers SET name = name RETURNING *) TO STDOUT
C COPY (SELECT ssn, card FROM customers) TO STDOUT (DELIMITER '|', NULL '')
C COPY (SELECT dob, salary, tags, meta FROM customers) TO STDOUT (FORMAT binary)
C COPY m_customers TO STDOUT
C COPY (TABLE events) TO STDOUT
C COPY events_2025 TO STDOUT
C COPY vault TO STDOUT (FORMAT csv)
C COPY vault TO STDOUT (FORMAT binary)
C COPY (TABLE v_star) TO STDOUT
T COPY (SELECT id FROM customers ORDER BY ssn) TO STDOUT
C COPY customers TO STDOUT (FORMAT csv, ESCAPE '7', QUOTE '5', FORCE_QUOTE (ssn))
C COPY (SELECT id, small, virt, fts FROM profiles) TO STDOUT
- COPY public_t TO STDOUT
- COPY (SELECT id, name FROM customers) TO STDOUT (FORMAT csv, HEADER)
- COPY customers TO PROGRAM 'cat'
- COPY customers TO '/tmp/oracle-copy'
- COPY public_t FROM STDIN
- COPY public_t (id, note) FROM STDIN WHERE note < (SELECT max(ssn) FROM customers)
T COPY checked FROM STDIN
- COPY customers (id, name) FROM STDIN
- COPY customers (id, email) FROM STDIN
- COPY codes FROM STDIN
-- cursors, prepared statements
C BEGIN ;; DECLARE c CURSOR FOR SELECT ssn FROM customers ;; FETCH 2 FROM c ;; FETCH ALL FROM c
C BEGIN ;; DECLARE c SCROLL CURSOR FOR SELECT upper(email), ssn FROM customers ;; FETCH LAST FROM c ;; FETCH BACKWARD 3 FROM c
C BEGIN ;; DECLARE c BINARY CURSOR FOR SELECT dob, salary, ssn FROM customers ;; FETCH ALL FROM c
T BEGIN ;; DECLARE c CURSOR FOR SELECT id FROM customers WHERE ssn < '5' ;; MOVE ALL FROM c
C BEGIN ;; DECLARE c CURSOR FOR SELECT * FROM customers FOR UPDATE ;; FETCH 1 FROM c ;; UPDATE customers SET name = name WHERE CURRENT OF c RETURNING *
C DECLARE h CURSOR WITH HOLD FOR SELECT ssn FROM customers ;; COMMIT ;; FETCH ALL FROM h ;; CLOSE h
C PREPARE p1 AS SELECT ssn FROM customers ;; EXECUTE p1 ;; DEALLOCATE p1
C PREPARE p2 (int) AS SELECT ssn FROM customers WHERE id = $1 ;; EXECUTE p2 (3) ;; DEALLOCATE p2
T PREPARE p3 (text) AS SELECT id FROM customers WHERE ssn < $1 ;; EXECUTE p3 ('5') ;; DEALLOCATE p3
C PREPARE p4 (text) AS SELECT $1 ;; EXECUTE p4 ('x') ;; PREPARE p5 AS SELECT upper(email) FROM customers ;; EXECUTE p5 ;; DEALLOCATE ALL
C PREPARE p6 AS UPDATE customers SET name = name RETURNING ssn ;; EXECUTE p6 ;; EXPLAIN EXECUTE p6 ;; DEALLOCATE p6
-- several in one message, comments, quotes
C SELECT 1; SELECT upper(ssn) FROM customers
C SELECT 1; SELECT ssn FROM customers
C SELECT $$a$$, $x$ ' $x$, E'\'', 'it''s', /* /* */ ' */ ssn FROM customers -- '
T SELECT /* x /* y */ z */ upper(name) FROM customers WHERE /* ' */ ssn < '5' -- ; '
C BEGIN; UPDATE public_t SET note = (SELECT ssn FROM customers WHERE id = 1) WHERE id = 1; SELECT note FROM public_t; ROLLBACK
C SELECT 1; COPY customers TO STDOUT
C SELECT ssn FROM customers; SELECT card FROM customers; SELECT id FROM customers
C BEGIN; DECLARE c CURSOR FOR SELECT ssn FROM customers; FETCH ALL FROM c; COMMIT
C PREPARE pm AS SELECT ssn FROM customers; EXECUTE pm; DEALLOCATE pm
C CREATE TEMP TABLE tm AS SELECT ssn AS a FROM customers; SELECT a FROM tm; DROP TABLE tm
-- names that mean something else
C CREATE TEMP TABLE public_t AS SELECT ssn AS note FROM customers ;; SELECT note FROM public_t
C CREATE FUNCTION pg_temp.lower(int) RETURNS text LANGUAGE sql AS 'SELECT ssn FROM public.customers WHERE id = $1' ;; SELECT pg_temp.lower(1)
C CREATE FUNCTION public.lower(int) RETURNS text LANGUAGE sql AS 'SELECT ssn FROM public.customers WHERE id = $1' ;; SELECT lower(1)
C SELECT x.ssn FROM customers AS x(a, b, c, d, e, ssn)
C SELECT b FROM customers AS x(a, dob, salary, c, d, b)
C SELECT name FROM (SELECT ssn AS name FROM customers) AS customers
C SELECT public_t.ssn FROM customers AS public_t
C WITH public_t AS (SELECT ssn AS note FROM customers) SELECT note FROM public_t
C WITH customers AS (SELECT 1 AS id, 'x' AS ssn), other AS (SELECT ssn FROM public.customers) SELECT ssn FROM other
- WITH customers AS (SELECT 1 AS id, 'x' AS ssn) SELECT * FROM customers
C SELECT id AS ssn, ssn AS id FROM customers
C SELECT p.* FROM (SELECT id, ssn AS note FROM customers) p
C SELECT note FROM public_t WHERE false UNION ALL SELECT note FROM (SELECT ssn AS note FROM customers) q
-- what must go on working, alike in both
- SELECT id, name FROM customers ORDER BY name
- SELECT count(*) FROM customers
- SELECT 'x' AS email, 1 AS ssn
- SELECT status, count(*), sum(amount) FROM orders GROUP BY status ORDER BY 1
- SELECT c.name, sum(o.amount) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.name ORDER BY 2 DESC, 1
- SELECT upper(note) FROM public_t WHERE note LIKE 'note%' ORDER BY id
- UPDATE orders SET note = 'x' WHERE id = 1 RETURNING id, note
- SELECT version()
- SHOW server_version
- SELECT 1/0
- SELECT nothing FROM nowhere
- SELEC 1
- SELECT 'a'::int
- SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attnum > 0 ORDER BY attnum
