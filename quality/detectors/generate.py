"""Makes a seeded, labelled corpus: items {id, kind, where, text, gold: [[start, end, entity]]}.

kind: plain (values as they stand), adversarial (the same values in disguise), innocent (nothing to find).
"""

import base64
import html
import json
import random
import sys
import urllib.parse
import uuid

import innocents
from values import STRONG, WEAK, Values

SECRETS = {
    "PASSWORD": ["password", "passwd", "db_password", "PGPASSWORD", "userPassword", "pwd"],
    "SECRET": ["api_key", "apiKey", "secret", "client_secret", "access_token", "auth_token", "SECRET_KEY", "webhook_secret"],
    "AWS_SECRET_KEY": ["aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "secretAccessKey"],
    "AZURE_KEY": ["AccountKey", "account_key", "storage_key"],
}
NAMED = {"CREDIT_CARD": ["card_number", "cardNumber", "pan", "cc"], "US_SSN": ["ssn", "social_security"], "EMAIL": ["email", "contact", "user"],
         "PHONE": ["phone", "mobile"], "IBAN": ["iban", "account"]}
OTHER = ["id", "name", "status", "city", "note", "created_at", "amount", "sku"]
WORDS = "the quick order was shipped to a customer in Berlin after review by support team and closed without further notes".split()
CHAT = ["hi, my {k} is {v} thanks", "can you check {v} please? ({k})", "{k}: {v}", "sure - {k} {v}, anything else?", "I already sent it: {k} = {v}.", "my {k} is {v}, and yours?"]
FOREIGN = ["Meine {k} lautet {v}, danke.", "Mon {k} est {v} merci", "Mi {k} es {v}, gracias", "Il mio {k} è {v}.", "O meu {k} é {v}.", "Mijn {k} is {v}.", "Mój {k} to {v}.", "Min {k} är {v}.", "{k}は{v}です。", "我的{k}：{v}，谢谢", "{k}: {v} 입니다", "Мой {k}: {v}, спасибо", "{k}: {v} เป็นของฉัน", "ה{k} שלי {v}", "{k} numaram {v}"]


class Corpus:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.v = Values(self.r)
        self.items = []

    def entity(self, maker):
        return maker.replace("_bare", "").replace("_local", "")

    def put(self, kind, where, parts):
        text, gold = "", []
        for p in parts:
            if isinstance(p, tuple):
                gold.append([len(text), len(text) + len(p[1]), p[0]])
                text += p[1]
            else:
                text += p
        self.items.append({"id": "%s-%s-%d" % (kind[0], where, len(self.items)), "kind": kind, "where": where, "text": text, "gold": gold})

    def pick(self):
        """(entity, value, key, word) - key and word speak for it where it is weak."""
        r = self.r
        k = r.random()
        if k < 0.58:
            m = r.choice(STRONG)
            key = r.choice(NAMED.get(m, ["value", "data", "extra", "field1", m.lower()]))
            return m, getattr(self.v, m)(), key, key.replace("_", " "), True
        if k < 0.84:
            m = r.choice(list(WEAK))
            keys, words, foreign = WEAK[m]
            return self.entity(m), getattr(self.v, m)(), r.choice(keys), r.choice(words), False
        m = r.choice(list(SECRETS))
        key = r.choice(SECRETS[m])
        return m, getattr(self.v, m)(), key, key, None

    def filler(self, n=6):
        return " ".join(self.r.choice(WORDS) for _ in range(n))

    def plain(self):
        r = self.r
        e, v, key, word, strong = self.pick()
        where = r.choice(["cell", "json", "json", "csv", "log", "log", "trace", "code", "url", "chat", "chat", "foreign", "sql", "xml", "yaml", "ndjson", "table", "nested"])
        multi = "\n" in v
        t = (e, v)
        if multi:
            where = r.choice(["cell", "json", "log", "chat"])
        if where == "cell":
            if strong is not True:
                return self.put("plain", where, [word + ": ", t])
            if r.random() < 0.4 and not multi:
                return self.put("plain", where, [self.filler(r.randrange(1, 6)) + " ", t, " " + self.filler(3)])
            return self.put("plain", where, [t])
        if where == "json" or where == "ndjson":
            esc = json.dumps(v)[1:-1]
            pairs = ['"id": %d' % r.randrange(10**6), '"%s": "%s"' % (r.choice(OTHER[1:]), self.filler(2))]
            a = "{" + ", ".join(pairs) + ', "%s": ' % key
            b = ', "created_at": "2024-05-%02dT10:%02d:00Z"}' % (r.randrange(1, 29), r.randrange(60))
            if r.random() < 0.15 and v.isdigit() and v[0] != "0":
                return self.put("plain", where, [a, (e, v), b])
            return self.put("plain", where, [a + '"', (e, esc), '"' + b])
        if where == "nested":
            esc = json.dumps(v)[1:-1]
            form = r.randrange(3)
            if form == 0:
                return self.put("plain", where, ['{"user": {"profile": {"%s": "' % key, (e, esc), '", "city": "Oslo"}}, "ok": true}'])
            if form == 1:
                return self.put("plain", where, ['{"%s": ["' % key, (e, esc), '"], "n": 1}'])
            return self.put("plain", where, ["[\n  {\n    \"%s\": \"" % key, (e, esc), '",\n    "qty": 2\n  }\n]'])
        if where == "csv" or where == "table":
            sep = "," if where == "csv" else r.choice(["|", "\t"])
            if "," in v and sep == "," or "|" in v or '"' in v:
                return self.put("plain", "log", [key + "=", t, " done"])
            pad = " " if sep == "|" else ""
            head = (pad + sep + pad).join(["id", "city", key, "created"])
            row = (pad + sep + pad).join([str(r.randrange(9999)), "Rome", ""])
            rest = (pad + sep + pad).join(["", "2024-01-0%d" % r.randrange(1, 9)])
            return self.put("plain", where, [head + "\n" + row, t, rest + "\n"])
        if where == "log":
            ts = "2024-03-%02dT%02d:%02d:%02d.%03dZ" % (r.randrange(1, 29), r.randrange(24), r.randrange(60), r.randrange(60), r.randrange(1000))
            pre = r.choice([ts + " INFO  [http-nio-8080-exec-%d] c.a.Service - " % r.randrange(9), ts[:19].replace("T", " ") + " WARN ", "level=info ts=" + ts + " ", "<134>1 " + ts + " host app 4711 - - "])
            if multi:
                return self.put("plain", where, [pre + "loaded key\n", t, "\n" + pre + "ok"])
            form = r.choice(["%s=", "%s: ", "%s=\"", "user %s "])
            if form == "user %s " and strong is None:
                form = "%s="
            return self.put("plain", where, [pre + self.filler(3) + " " + form % key, t, ('"' if form.endswith('"') else "") + " took=%dms" % r.randrange(900)])
        if where == "trace":
            if strong is None:
                return self.put("plain", where, ["Caused by: java.lang.IllegalStateException: bad config " + key + "=", t, "\n\tat com.acme.Db.open(Db.java:%d)\n" % r.randrange(400)])
            return self.put("plain", where, ["java.lang.IllegalArgumentException: invalid %s: " % word, t, "\n\tat com.acme.pay.Check.run(Check.java:%d)\n\tat java.base/java.lang.Thread.run(Thread.java:1583)\n" % r.randrange(900)])
        if where == "code":
            q = "'" if "'" not in v else '"'
            if '"' in v:
                return self.put("plain", "chat", [word + ": ", t])
            form = r.choice(['String %s = "', 'const %s = "', '%s = "', 'conf.put("%s", "', 'os.environ["%s"] = "', '  %s: "'])
            if form.startswith("conf.put") and strong is None:
                form = '%s = "'
            return self.put("plain", where, [form % key, t, '";' if r.random() < 0.7 else '"'])
        if where == "url":
            q = urllib.parse.quote(v, safe="@+:-_.~")
            if q != v:
                return self.put("plain", "chat", [word + ": ", t])
            return self.put("plain", where, ["https://api.acme.io/v1/find?%s=" % key, (e, q), "&page=%d" % r.randrange(9)])
        if where == "chat":
            if strong is None:
                return self.put("plain", where, ["try this " + key + ": ", t, " ok?"] if not multi else ["key:\n", t, "\n"])
            pre, post = r.choice(CHAT).replace("{k}", word).split("{v}")
            return self.put("plain", where, [pre, t, post])
        if where == "foreign":
            if strong is None:
                return self.put("plain", where, [r.choice(["Passwort: ", "mot de passe : ", "contraseña: ", "пароль: ", "密码：", "senha: "]), ("PASSWORD", self.v.PASSWORD())])
            k = word
            for m, (keys, words, foreign) in WEAK.items():
                if self.entity(m) == e and foreign:
                    k = r.choice(foreign)
            pre, post = r.choice(FOREIGN).replace("{k}", k).split("{v}")
            return self.put("plain", where, [pre, t, post])
        if where == "sql":
            if "'" in v:
                return self.put("plain", "log", [key + "=", t])
            if r.random() < 0.5:
                return self.put("plain", where, ["INSERT INTO customers (id, city, %s, created) VALUES (%d, 'Rome', '" % (key, r.randrange(9999)), t, "', now());"])
            return self.put("plain", where, ["UPDATE customers SET %s = '" % key, t, "' WHERE id = %d" % r.randrange(9999)])
        if where == "xml":
            x = html.escape(v, quote=False)
            return self.put("plain", where, ["<row><id>%d</id><%s>" % (r.randrange(99), key), (e, x), "</%s></row>" % key])
        return self.put("plain", "yaml", ["app:\n  %s: " % key, t, "\n  port: 8080\n"])

    # disguises -----------------------------------------------------------
    def adversarial(self):
        r = self.r
        e, v, key, word, strong = self.pick()
        while "\n" in v or len(v) > 120 or strong is None and r.random() < 0.7:
            e, v, key, word, strong = self.pick()
        how = r.choice(["zero", "wide", "json", "percent", "html", "nbsp", "shy", "dash", "arabic", "double", "jsonfull", "base64", "hex"])
        if how in ("wide", "arabic") and not any(c.isdigit() for c in v):
            how = "zero"
        if how == "dash" and "-" not in v:
            how = "zero"
        if how == "nbsp" and " " not in v:
            how = "shy"
        if strong is None and how in ("base64", "hex"):
            how = "json"
        x = v
        pre, post = word + " ", " ok"
        if strong is None:
            pre = word + "="
        if how in ("zero", "shy"):
            z = r.choice(["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"]) if how == "zero" else "\u00ad"
            x = "".join(c + (z if r.random() < 0.3 else "") for c in v[:-1]) + v[-1]
        elif how == "wide":
            x = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() or r.random() < 0.2 and "!" <= c <= "~" else c for c in v)
        elif how == "arabic":
            b = r.choice([0x660, 0x6F0, 0x966])
            x = "".join(chr(b + int(c)) if c.isdigit() else c for c in v)
        elif how in ("json", "jsonfull"):
            x = "".join("\\u%04x" % ord(c) if how == "jsonfull" or r.random() < 0.4 else json.dumps(c)[1:-1] for c in v)
            pre, post = '{"%s": "' % key, '"}'
        elif how in ("percent", "double"):
            x = "".join("%%%02X" % ord(c) if r.random() < 0.4 or not (c.isalnum() or c in "-_.~") else c for c in v)
            if how == "double":
                x = x.replace("%", "%25")
            pre, post = "GET /find?%s=" % key, "&p=1"
        elif how == "html":
            x = "".join(r.choice(["&#%d;" % ord(c), "&#x%x;" % ord(c)]) if r.random() < 0.4 or c in "<&" else c for c in v)
            pre, post = "<p>%s: " % word, "</p>"
        elif how == "nbsp":
            x = v.replace(" ", r.choice(["\u00a0", "\u202f", "\u2009"]))
        elif how == "dash":
            x = v.replace("-", r.choice(["\u2010", "\u2011", "\u2013", "\u2212"]))
        elif how == "base64":
            # what is disguised is a text that says what it holds
            x = base64.b64encode((word + ": " + v).encode()).decode()
            pre, post = '{"payload": "', '"}'
        elif how == "hex":
            x = (word + ": " + v).encode().hex()
            pre, post = "data=0x" if r.random() < 0.3 else "data ", " end"
        self.put("adversarial", how, [pre, (e, x), post])


def main():
    seed, n, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    c = Corpus(seed)
    while len(c.items) < n * 5 // 10:
        c.plain()
    while len(c.items) < n * 7 // 10:
        c.adversarial()
    make = innocents.Innocents(c.r)
    while len(c.items) < n:
        where, text = make.one()
        c.put("innocent", where, [text])
    with open(out, "w", encoding="utf-8") as f:
        for item in c.items:
            f.write(json.dumps(item, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
