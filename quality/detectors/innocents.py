"""Texts in which nothing is to be found, as near to what is as they come."""

import base64
import hashlib
import json
import string
import uuid

from stdnum import iban, luhn

ALNUM = string.ascii_letters + string.digits


class Innocents:
    def __init__(self, rng):
        self.r = rng
        self.makers = [getattr(self, n) for n in dir(self) if n.startswith("m_")]

    def d(self, n):
        return "".join(self.r.choice("0123456789") for _ in range(n))

    def hexa(self, n):
        return "".join(self.r.choice("0123456789abcdef") for _ in range(n))

    def one(self):
        m = self.r.choice(self.makers)
        return m.__name__[2:], m()

    def wrap(self, key, value):
        k = self.r.randrange(6)
        if k == 0:
            return json.dumps({"id": self.r.randrange(9999), key: value, "ok": True})
        if k == 1:
            return "2024-02-11 08:%02d:00 INFO %s=%s status=200" % (self.r.randrange(60), key, value)
        if k == 2:
            return "id,%s,city\n%d,%s,Oslo\n" % (key, self.r.randrange(99), value)
        if k == 3:
            return "%s: %s" % (key.replace("_", " "), value)
        if k == 4:
            return "please look at %s %s again" % (key.replace("_", " "), value)
        return "SELECT * FROM t WHERE %s = '%s'" % (key, value)

    def m_uuid(self):
        return self.wrap(self.r.choice(["id", "request_id", "trace_id", "session"]), str(uuid.UUID(int=self.r.getrandbits(128))))

    def m_sha(self):
        return self.wrap(self.r.choice(["commit", "sha", "etag", "digest", "checksum", "rev"]), self.hexa(self.r.choice([7, 32, 40, 64])))

    def m_docker(self):
        return "image: registry.acme.io/app@sha256:" + self.hexa(64)

    def m_order(self):
        return self.wrap(self.r.choice(["order_id", "order_no", "orderNumber", "invoice_no", "ticket", "tracking_number", "batch_id", "bestellnummer"]), self.d(self.r.randrange(6, 17)))

    def m_order_prefixed(self):
        return self.wrap(self.r.choice(["order", "ref", "po"]), self.r.choice(["ORD-", "INV-", "PO-", "#", "T", "SO-2024-"]) + self.d(self.r.randrange(6, 12)))

    def m_order_like_ssn(self):
        return self.wrap("order_id", self.d(9))

    def m_luhn_no_card(self):
        b = self.r.choice("01789") + self.d(14)
        return self.wrap(self.r.choice(["id", "ref", "account_ref", "order_id", "serial"]), b + luhn.calc_check_digit(b))

    def m_luhn_order(self):
        b = "4" + self.d(14)
        return self.wrap(self.r.choice(["order_id", "invoice", "tracking_no", "transaction_id"]), b + luhn.calc_check_digit(b))

    def m_bad_card(self):
        b = self.r.choice(["4", "51", "37", "6011"])
        b += self.d((15 if b == "37" else 16) - len(b) - 1)
        c = luhn.calc_check_digit(b)
        v = b + str((int(c) + self.r.randrange(1, 9)) % 10)
        if len(v) == 16 and self.r.random() < 0.4:
            v = " ".join(v[i:i + 4] for i in range(0, 16, 4))
        return self.wrap(self.r.choice(["value", "number", "note", "card_number"]), v)

    def m_bad_ssn(self):
        a = self.r.choice(["000", "666", "9" + self.d(1) + "1"])
        v = a + "-" + self.r.choice(["12", "45", "33"]) + "-" + self.d(4)
        if self.r.random() < 0.5:
            v = "%03d-00-%s" % (self.r.randrange(1, 600), self.d(4)) if self.r.random() < 0.5 else "%03d-12-0000" % self.r.randrange(1, 600)
        return self.wrap(self.r.choice(["value", "ssn", "code"]), v)

    def m_bad_iban(self):
        b = self.d(18)
        good = "%02d" % (98 - int(b + "131400") % 97)
        bad = "%02d" % ((int(good) + self.r.randrange(1, 90)) % 97 + 2)
        if bad == good:
            bad = "%02d" % (int(good) - 1 if int(good) > 3 else int(good) + 1)
        return self.wrap("reference", "DE" + bad + b)

    def m_timestamp(self):
        return self.wrap(self.r.choice(["created_at", "ts", "time", "updated", "id", "value"]), str(self.r.randrange(1600000000, 1800000000) * self.r.choice([1, 1000, 1000000])))

    def m_timestamp2(self):
        return self.wrap(self.r.choice(["migration", "version", "file", "value"]), "20%02d%02d%02d%02d%02d%02d" % (self.r.randrange(15, 26), self.r.randrange(1, 13), self.r.randrange(1, 29), self.r.randrange(24), self.r.randrange(60), self.r.randrange(60)))

    def m_iso(self):
        return self.wrap("at", "2024-%02d-%02dT%02d:%02d:%02d.%s+02:00" % (self.r.randrange(1, 13), self.r.randrange(1, 29), self.r.randrange(24), self.r.randrange(60), self.r.randrange(60), self.d(6)))

    def m_ip(self):
        return self.wrap(self.r.choice(["host", "peer", "src"]), ".".join(str(self.r.randrange(1, 255)) for _ in range(4)) + self.r.choice(["", ":8080", "/24"]))

    def m_version(self):
        return self.wrap("version", self.r.choice(["%s.%s.%s" % (self.d(2), self.d(2), self.d(4)), "v%s.%s.%s-rc.1" % (self.d(1), self.d(2), self.d(1)), "1.0.0+build." + self.d(9)]))

    def m_isbn(self):
        b = "978" + self.d(9)
        c = (10 - sum(int(x) * w for x, w in zip(b, [1, 3] * 6)) % 10) % 10
        return self.wrap(self.r.choice(["isbn", "ean", "gtin", "barcode"]), b + str(c))

    def m_price(self):
        return self.wrap("total", self.r.choice(["%d %s %s €" % (self.r.randrange(1, 999), self.d(3), self.d(3)), "$%d,%s,%s.00" % (self.r.randrange(1, 999), self.d(3), self.d(3)), "%s.%s" % (self.d(5), self.d(2))]))

    def m_float(self):
        return self.wrap(self.r.choice(["lat", "lon", "score"]), self.d(2) + "." + self.d(14))

    def m_email_like(self):
        return self.r.choice(["npm i lodash@4.17.21 react@18.2.0", "git clone git@github.com:acme/app.git", "@Override public void run()", "user@localhost logged in", "pkg:npm/%40angular/core@12.3.1", "getty@tty1.service started", "icon@2x.png", "fetch @acme/lib@1.2.3 failed", "see foo@bar for x", "ssh deploy@build-01 uptime", "Object@1a2b3c4d", "a @ b.c = d", "at sign @ 5pm.tomorrow"])

    def m_code(self):
        return self.r.choice([
            "String password = getPassword();", "password VARCHAR(255) NOT NULL,", "if (token == null) { return; }", "max_tokens: 4096", "token_count=128 model=x",
            "const secret = process.env.SECRET_KEY;", "password: ${DB_PASSWORD}", "passwordField.setText(\"\");", "api_key = os.environ['API_KEY']", "secretName: db-credentials",
            "primary_key=user_id", "cache_key=users:list:page:1", "token_type=bearer", "key: value", "def reset_password(user):", "The password must contain at least 8 characters.",
            "password = null", "\"password\": \"********\"", "\"password\": null", "<password></password>", "pwd=$(cat /run/secrets/db)", "--password-file /run/secrets/pw", "client_secret: <your-client-secret>",
            "Authorization: Bearer <token>", "Authorization: Bearer $TOKEN", "hashPassword(password)", "postgres://localhost:5432/shop", "postgres://${USER}:${PASS}@db/shop", "https://example.com:8443/a@b", "jdbc:postgresql://db:5432/app?user=app&ssl=true",
            "tokenizer.encode(text)", "secret manager enabled", "forgot your password? click here", "invalid password for user 'bob'", "public static final String TOKEN = \"token\";", "SELECT password_hash FROM users", "auth: required", "access_token_expires_in=3600", "key=\"primary\"", "csrf token missing or incorrect",
        ])

    def m_ddl(self):
        return "CREATE TABLE t%s (id bigint, ssn text, card_number varchar(19), email text, phone text);" % self.d(2)

    def m_header(self):
        return "id,ssn,email,phone,card_number,password,iban\n"

    def m_prose(self):
        return self.r.choice([
            "The card was declined and the customer asked for a new phone.", "Please call the office tomorrow between 9 and 17 about the account.", "Order 10 of 12 arrived on 2024-03-01; the invoice has 3 pages.",
            "Der Auftrag 4711 wurde am 12.03.2024 um 10:15 Uhr geschlossen.", "La commande n° 2024-00123 est arrivée le 12/03/2024.", "El pedido 998877 se envió ayer.", "注文番号は 123456789 です。", "订单编号 202403121234567890 已发货", "Заказ 123456789 отправлен.",
            "We processed 123456789 rows in 12.5 seconds.", "Build 20240312.1 took 1234567 ms", "Population: 123 456 789", "The bus 101-22-3 leaves at 12:45.", "chapter 3.2.1 page 123-45", "Room 212-555 is free", "score 123-456", "PIN pad error 0x80004005", "RFC 5321, section 4.1.2", "ISO/IEC 7064:2003", "error code 1234567890 in module 42",
            "He scored 10 000 000 points", "part number 12-3456789-A", "model AB123456", "flight LH1234 on 24 Dec", "GR-2024-123456789-X", "case no. 2023-CV-012345",
        ])

    def m_k8s(self):
        return "pod/web-%s-%s Running 0 %dd" % (self.hexa(10), "".join(self.r.choice("bcdfghjklmnpqrstvwxz2456789") for _ in range(5)), self.r.randrange(99))

    def m_ids(self):
        k = self.r.randrange(6)
        v = [self.hexa(24), "".join(self.r.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(26)), "".join(self.r.choice(ALNUM) for _ in range(21)), self.d(19), "usr_" + "".join(self.r.choice(ALNUM) for _ in range(14)), self.d(18)][k]
        return self.wrap(self.r.choice(["id", "object_id", "event_id", "cursor"]), v)

    def m_sku(self):
        return self.wrap("sku", "".join(self.r.choice(string.ascii_uppercase) for _ in range(2)) + self.d(6) + self.r.choice(["", "-X", "Z"]))

    def m_lock(self):
        return '"integrity": "sha512-%s=="' % base64.b64encode(bytes(self.r.randrange(256) for _ in range(64))).decode().rstrip("=")

    def m_image(self):
        return "data:image/png;base64," + base64.b64encode(bytes(self.r.randrange(256) for _ in range(120))).decode()

    def m_b64text(self):
        return '{"body": "%s"}' % base64.b64encode(self.r.choice(["hello world, this is a harmless text", "status=ok; rows=42; page=1", "the quick brown fox jumps over it"]).encode()).decode()

    def m_cert(self):
        return "-----BEGIN %s-----\n%s\n-----END X-----" % (self.r.choice(["CERTIFICATE", "PUBLIC KEY"]), base64.b64encode(bytes(self.r.randrange(256) for _ in range(90))).decode())

    def m_wrong_tokens(self):
        return self.r.choice(["ghp_" + "".join(self.r.choice(ALNUM) for _ in range(20)), "AKIA_EXAMPLE_NAME", "eyJust a word", "sk-ip the line", "xoxo-love", "hf_space", "glpat", "npm_config_cache=/tmp", "akia" + self.hexa(16), "eyJmb28iOiJiYXIifQ.abc.def", "sk_live_", "AIzaShort"])

    def m_trace(self):
        return "\tat com.acme.Foo$Bar.lambda$run$%d(Foo.java:%d)\n\tat org.x.Y.z(Y.java:12) ~[y-1.2.3.jar:1.2.3]" % (self.r.randrange(9), self.r.randrange(999))

    def m_row(self):
        return "%d|%s|%.2f|%s|active" % (self.r.randrange(10**7), "widget " + self.d(3), self.r.random() * 1000, "2024-01-%02d" % self.r.randrange(1, 29))

    def m_metrics(self):
        return "http_requests_total{code=\"200\",path=\"/api\"} %s %s" % (self.d(9), self.r.randrange(1600000000000, 1700000000000))

    def m_bignum(self):
        return self.wrap(self.r.choice(["value", "n", "offset", "bytes", "size"]), self.d(self.r.choice([9, 10, 11, 12, 13, 14, 15, 16])))

    def m_nine_ids(self):
        return self.wrap(self.r.choice(["user_id", "customer_id", "id", "account_id", "item_id"]), self.d(9))

    def m_phone_like(self):
        return self.r.choice(["192-168-001", "1-2-3-4-5-6-7-8", "10.0.0.1 - - [12/Mar/2024:10:00:00 +0000]", "2024-01-02 03-04-05", "555-1234", "12:34:56.789", "+0200", "UTC+5", "1+1=2", "+12 points", "x+1234567"])

    def m_http(self):
        return 'GET /api/v1/users/%s HTTP/1.1" 200 %s "-" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"' % (self.d(8), self.d(5))

    def m_color(self):
        return "color: #%s; margin: 12px 34px" % self.hexa(6)
