CREATE TABLE customers (
    id          int PRIMARY KEY,
    name        text NOT NULL,
    email       text NOT NULL UNIQUE,
    city        text NOT NULL,
    card_number varchar(19) NOT NULL,
    ssn         char(11) NOT NULL
);

CREATE TABLE orders (
    id          int PRIMARY KEY,
    customer_id int NOT NULL REFERENCES customers (id),
    placed_on   date NOT NULL,
    amount      numeric(10, 2) NOT NULL,
    status      text NOT NULL
);

WITH parts AS (
    SELECT n,
           (ARRAY['Ada','Ben','Chloe','Dmitri','Elif','Femi','Greta','Hugo','Imani','Jonas','Kira','Luca'])[1 + n % 12] AS first,
           (ARRAY['Abara','Berg','Costa','Duval','Eriksen','Fontaine','Garcia','Haddad','Ito','Jansen','Kowalski'])[1 + n % 11] AS last,
           (ARRAY['Lisbon','Oslo','Porto','Lyon','Ghent','Turin','Graz'])[1 + n % 7] AS city,
           -- fifteen digits of a test range; the sixteenth makes the Luhn sum right
           '4000' || lpad((n * 7919 % 100000000)::text, 8, '0') || lpad((n * 31 % 1000)::text, 3, '0') AS digits
    FROM generate_series(1, 400) AS n
), sums AS (
    SELECT parts.*,
           (SELECT sum(CASE WHEN i % 2 = 1 THEN d * 2 - CASE WHEN d > 4 THEN 9 ELSE 0 END ELSE d END)
            FROM generate_series(1, 15) AS i,
                 LATERAL (SELECT substr(digits, i, 1)::int AS d) AS digit) AS total
    FROM parts
), cards AS (
    SELECT n, first, last, city, digits || ((10 - total % 10) % 10)::text AS card FROM sums
)
INSERT INTO customers
SELECT n, first || ' ' || last, lower(first || '.' || last) || n || '@example.com', city,
       substr(card, 1, 4) || ' ' || substr(card, 5, 4) || ' ' || substr(card, 9, 4) || ' ' || substr(card, 13, 4),
       lpad((100 + n)::text, 3, '0') || '-' || lpad((1 + n % 99)::text, 2, '0') || '-' || lpad((1000 + n * 17 % 9000)::text, 4, '0')
FROM cards;

INSERT INTO orders
SELECT n, 1 + n * 13 % 400, date '2026-01-01' + n % 300, (5 + n * 37 % 50000 / 100.0)::numeric(10, 2),
       (ARRAY['paid','shipped','delivered','returned'])[1 + n % 4]
FROM generate_series(1, 2000) AS n;

CREATE VIEW customer_contacts AS SELECT id, name AS who, email AS reach FROM customers;
