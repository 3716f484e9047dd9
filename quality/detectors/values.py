"""Sensitive values with right checks, made without a line of the product's code.

Checks come from python-stdnum where it has them, and from the issuers' descriptions where not.
"""

import base64
import hashlib
import json
import string
import zlib

from stdnum import iban, imei, luhn, bitcoin
from stdnum.au import abn, tfn
from stdnum.be import nn
from stdnum.br import cnpj, cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.cn import ric
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.ie import pps
from stdnum.il import idnr as il_id
from stdnum.in_ import aadhaar, pan
from stdnum.it import codicefiscale
from stdnum.kr import rrn
from stdnum.mx import curp
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.pt import nif
from stdnum.se import personnummer
from stdnum.th import pin
from stdnum.tr import tckimlik
from stdnum.us import ein, itin, rtn, ssn
from stdnum.za import idnr as za_id

UP = string.ascii_uppercase
LOW = string.ascii_lowercase
ALNUM = string.ascii_letters + string.digits
B64 = ALNUM + "+/"
URL64 = ALNUM + "-_"


class Values:
    def __init__(self, rng):
        self.r = rng

    def d(self, n):
        return "".join(self.r.choice("0123456789") for _ in range(n))

    def s(self, alphabet, n):
        return "".join(self.r.choice(alphabet) for _ in range(n))

    def until(self, valid, make, most=200000):
        for _ in range(most):
            v = make()
            try:
                if valid(v):
                    return v
            except Exception:
                pass
        raise RuntimeError("no value found")

    def date(self, form="%y%m%d"):
        import datetime

        day = datetime.date(1935, 1, 1) + datetime.timedelta(days=self.r.randrange(27000))
        return day.strftime(form)

    # cards ---------------------------------------------------------------
    def card_digits(self):
        p, n = self.r.choice(
            [("4", 16), ("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15),
             ("6011", 16), ("65", 16), ("644", 16), ("3530", 16), ("3589", 16), ("36", 14), ("305", 14), ("62", 16)])
        body = p + self.d(n - len(p) - 1)
        return body + luhn.calc_check_digit(body)

    def CREDIT_CARD(self):
        c = self.card_digits()
        k = self.r.random()
        sep = self.r.choice([" ", "-"])
        if k < 0.45 or len(c) == 14 and k < 0.6:
            return c
        if len(c) == 15:
            return sep.join([c[:4], c[4:10], c[10:]])
        if len(c) == 14:
            return sep.join([c[:4], c[4:10], c[10:]])
        return sep.join(c[i:i + 4] for i in range(0, 16, 4))

    def CARD_TRACK1(self):
        return "%%B%s^%s/%s^%02d%02d101%s?" % (self.card_digits(), self.s(UP, 6), self.s(UP, 5), self.r.randrange(25, 32),
                                             self.r.randrange(1, 13), self.d(10))

    def CARD_TRACK2(self):
        return ";%s=%02d%02d101%s?" % (self.card_digits(), self.r.randrange(25, 32), self.r.randrange(1, 13), self.d(10))

    def IBAN(self):
        cc, form = self.r.choice([
            ("DE", "n18"), ("GB", "a4n14"), ("FR", "n10c11n2"), ("ES", "n20"), ("IT", "a1n10c12"), ("NL", "a4n10"),
            ("BE", "n12"), ("CH", "n5c12"), ("AT", "n16"), ("PL", "n24"), ("SE", "n20"), ("NO", "n11"), ("DK", "n14"),
            ("FI", "n14"), ("PT", "n21"), ("IE", "a4n14"), ("SA", "n2c18"), ("AE", "n19"), ("TR", "n6c16"), ("BR", "n23a1c1"), ("LU", "n3c13")])
        import re
        body = ""
        for k, n in re.findall(r"([anc])(\d+)", form):
            body += self.s({"a": UP, "n": string.digits, "c": UP + string.digits}[k], int(n))
        num = int("".join(str(int(ch, 36)) for ch in body + cc + "00"))
        v = cc + "%02d" % (98 - num % 97) + body
        return v if self.r.random() < 0.6 else " ".join(v[i:i + 4] for i in range(0, len(v), 4))

    # America -------------------------------------------------------------
    def ssn9(self):
        while True:
            v = "%03d%02d%04d" % (self.r.randrange(1, 900), self.r.randrange(1, 100), self.r.randrange(1, 10000))
            if v[:3] != "666":
                return v

    def US_SSN(self):
        v = self.ssn9()
        return v[:3] + "-" + v[3:5] + "-" + v[5:]

    def US_SSN_bare(self):
        return self.ssn9()

    def US_ITIN(self):
        g = self.r.choice(list(range(50, 66)) + list(range(70, 89)) + list(range(90, 93)) + list(range(94, 100)))
        return "9%s-%02d-%s" % (self.d(2), g, self.d(4))

    def US_EIN(self):
        return self.until(ein.is_valid, lambda: self.d(2) + "-" + self.d(7))

    def ABA_ROUTING(self):
        def make():
            b = "%02d" % self.r.choice(list(range(1, 13)) + list(range(21, 33))) + self.d(6)
            return b + rtn.calc_check_digit(b)
        return make()

    def US_NPI(self):
        b = self.r.choice("12") + self.d(8)
        return b + luhn.calc_check_digit("80840" + b)

    def US_DEA(self):
        n = self.d(6)
        c = (int(n[0]) + int(n[2]) + int(n[4]) + 2 * (int(n[1]) + int(n[3]) + int(n[5]))) % 10
        return self.r.choice("ABCFGMP") + self.r.choice(UP) + n + str(c)

    def US_MBI(self):
        L = "ACDEFGHJKMNPQRTUVWXY"
        D = string.digits
        v = (self.s("123456789", 1) + self.s(L, 1) + self.s(L + D, 1) + self.s(D, 1) + self.s(L, 1) + self.s(L + D, 1)
             + self.s(D, 1) + self.s(L, 2) + self.s(D, 2))
        return v if self.r.random() < 0.5 else v[:4] + "-" + v[4:7] + "-" + v[7:]

    def CA_SIN(self):
        b = self.r.choice("12345679") + self.d(7)
        v = b + luhn.calc_check_digit(b)
        sep = self.r.choice([" ", "-"])
        return sep.join([v[:3], v[3:6], v[6:]])

    def CA_SIN_bare(self):
        b = self.r.choice("12345679") + self.d(7)
        return b + luhn.calc_check_digit(b)

    # Europe --------------------------------------------------------------
    def nhs10(self):
        return self.until(nhs.is_valid, lambda: self.r.choice("4567") + self.d(9))

    def UK_NHS(self):
        v = self.nhs10()
        return v[:3] + " " + v[3:6] + " " + v[6:]

    def UK_NHS_bare(self):
        return self.nhs10()

    def UK_NINO(self):
        while True:
            a, b = self.r.choice("ABCEGHJKLMNOPRSTWXYZ"), self.r.choice("ABCEGHJKLMNPRSTWXYZ")
            if a + b not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"):
                v = a + b + self.d(6) + self.r.choice("ABCD")
                return v if self.r.random() < 0.6 else " ".join([v[:2], v[2:4], v[4:6], v[6:8], v[8]])

    def FR_NIR(self):
        b = self.r.choice("12") + self.d(2) + "%02d" % self.r.randrange(1, 13) + "%02d" % self.r.randrange(1, 96) + "%03d" % self.r.randrange(1, 990) + "%03d" % self.r.randrange(1, 1000)
        v = b + "%02d" % (97 - int(b) % 97)
        assert nir.is_valid(v)
        return v if self.r.random() < 0.5 else " ".join([v[0], v[1:3], v[3:5], v[5:7], v[7:10], v[10:13], v[13:]])

    def DE_STEUER_ID(self):
        def make():
            digits = list("0123456789")
            self.r.shuffle(digits)
            drop = self.r.randrange(10)
            digits[drop] = digits[(drop + 1 + self.r.randrange(9)) % 10]
            from stdnum.iso7064 import mod_11_10
            b = "".join(digits)
            return b + mod_11_10.calc_check_digit(b)
        v = self.until(idnr.is_valid, make)
        return v if self.r.random() < 0.6 else " ".join([v[:2], v[2:5], v[5:8], v[8:]])

    def DE_RVNR(self):
        area = self.r.choice(["12", "53", "65", "15", "24", "38"])
        letter = self.r.choice(UP)
        b = area + self.date("%d%m%y") + "%02d" % (ord(letter) - 64) + self.d(2)
        t = 0
        for ch, w in zip(b, [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]):
            t += sum(int(x) for x in str(int(ch) * w))
        v = b[:8] + letter + b[10:] + str(t % 10)
        return v if self.r.random() < 0.5 else v[:2] + " " + v[2:8] + " " + v[8] + " " + v[9:]

    def IT_CODICE_FISCALE(self):
        C = "BCDFGLMNPRSTVZ"
        b = self.s(C, 6) + self.d(2) + self.r.choice("ABCDEHLMPRST") + "%02d" % (self.r.choice([0, 40]) + self.r.randrange(1, 29)) + self.r.choice("ABCDEFGHIL") + "%03d" % self.r.randrange(1, 1000)
        return b + codicefiscale.calc_check_digit(b)

    def ES_DNI(self):
        b = self.d(8)
        return b + dni.calc_check_digit(b)

    def ES_NIE(self):
        b = self.r.choice("XYZ") + self.d(7)
        return b + nie.calc_check_digit(b)

    def NL_BSN(self):
        return self.until(bsn.is_valid, lambda: self.r.choice("123456789") + self.d(8))

    def BE_NN(self):
        b = self.date("%y%m%d") + "%03d" % self.r.randrange(1, 998)
        v = b + "%02d" % (97 - int(b) % 97)
        return v if self.r.random() < 0.5 else "%s.%s.%s-%s.%s" % (v[:2], v[2:4], v[4:6], v[6:9], v[9:])

    def PL_PESEL(self):
        b = self.date("%y%m%d") + self.d(4)
        return b + pesel.calc_check_digit(b)

    def SE_PERSONNUMMER(self):
        b = self.date("%y%m%d") + self.d(3)
        v = b + luhn.calc_check_digit(b)
        return ("19" if self.r.random() < 0.4 else "") + v[:6] + "-" + v[6:]

    def FI_HETU(self):
        b = self.date("%d%m%y") + "-" + "%03d" % self.r.randrange(2, 900)
        v = b + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(b[:6] + b[7:]) % 31]
        assert hetu.is_valid(v), v
        return v

    def NO_FNR(self):
        v = self.until(fodselsnummer.is_valid, lambda: (lambda b: b + fodselsnummer.calc_check_digit1(b) + fodselsnummer.calc_check_digit2(b + fodselsnummer.calc_check_digit1(b)))(self.date("%d%m%y") + self.d(3)))
        return v

    def DK_CPR(self):
        v = self.until(cpr.is_valid, lambda: self.date("%d%m%y") + self.d(4))
        return v if self.r.random() < 0.4 else v[:6] + "-" + v[6:]

    def CH_AHV(self):
        from stdnum import ean
        b = "756" + self.d(9)
        v = b + ean.calc_check_digit(b)
        assert ahv.is_valid(v)
        return v if self.r.random() < 0.4 else "%s.%s.%s.%s" % (v[:3], v[3:7], v[7:11], v[11:])

    def PT_NIF(self):
        b = self.r.choice("1235") + self.d(7)
        return b + nif.calc_check_digit(b)

    def IE_PPS(self):
        b = self.d(7)
        x = self.r.choice(["", "A", "B"])
        t = sum(int(c) * w for c, w in zip(b, range(8, 1, -1))) + (9 * (ord(x) - 64) if x else 0)
        v = b + "WABCDEFGHIJKLMNOPQRSTUV"[t % 23] + x
        assert pps.is_valid(v), v
        return v

    # elsewhere -----------------------------------------------------------
    def BR_CPF(self):
        v = self.d(9)
        v += self._cpf(v)
        return "%s.%s.%s-%s" % (v[:3], v[3:6], v[6:9], v[9:])

    def _cpf(self, b):
        out = b
        for n in (10, 11):
            r = sum(int(c) * (n - i) for i, c in enumerate(out)) * 10 % 11 % 10
            out += str(r)
        return out[9:]

    def BR_CPF_bare(self):
        v = self.d(9)
        return v + self._cpf(v)

    def BR_CNPJ(self):
        b = (self.s(UP + string.digits, 8) if self.r.random() < 0.3 else self.d(8)) + "0001"
        v = b
        for ws in ([5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2], [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]):
            r = sum((ord(c) - 48) * w for c, w in zip(v, ws)) % 11
            v += str(0 if r < 2 else 11 - r)
        return "%s.%s.%s/%s-%s" % (v[:2], v[2:5], v[5:8], v[8:12], v[12:])

    def IN_AADHAAR(self):
        from stdnum import verhoeff
        b = self.r.choice("23456789") + self.d(10)
        v = b + verhoeff.calc_check_digit(b)
        sep = self.r.choice([" ", "-"])
        return sep.join([v[:4], v[4:8], v[8:]])

    def IN_AADHAAR_bare(self):
        return self.IN_AADHAAR().replace(" ", "").replace("-", "")

    def IN_PAN(self):
        return self.s(UP, 3) + self.r.choice("PPPCHF") + self.s(UP, 1) + "%04d" % self.r.randrange(1, 10000) + self.s(UP, 1)

    def AU_TFN(self):
        v = self.until(tfn.is_valid, lambda: self.r.choice("123456789") + self.d(8))
        return v if self.r.random() < 0.5 else " ".join([v[:3], v[3:6], v[6:]])

    def AU_MEDICARE(self):
        b = self.r.choice("23456") + self.d(7)
        v = b + str(sum(int(c) * w for c, w in zip(b, [1, 3, 7, 9, 1, 3, 7, 9])) % 10) + self.r.choice("123")
        return v if self.r.random() < 0.4 else v[:4] + " " + v[4:9] + " " + v[9]

    def AU_ABN(self):
        b = self.d(9)
        v = abn.calc_check_digits(b) + b
        return v if self.r.random() < 0.4 else " ".join([v[:2], v[2:5], v[5:8], v[8:]])

    def SG_NRIC_FIN(self):
        p = self.r.choice("STFG")
        n = self.d(7)
        t = sum(int(c) * w for c, w in zip(n, [2, 7, 6, 5, 4, 3, 2])) + (4 if p in "TG" else 0)
        return p + n + ("JZIHGFEDCBA" if p in "ST" else "XWUTRQPNMLK")[t % 11]

    def CN_RIC(self):
        b = self.r.choice(["110101", "310104", "440106", "330102", "510107"]) + self.date("%Y%m%d") + self.d(3)
        return b + ric.calc_check_digit(b + "0")

    def KR_RRN(self):
        b = self.date("%y%m%d") + self.r.choice("12") + self.d(5)
        return b[:6] + "-" + b[6:] + rrn.calc_check_digit(b)

    def JP_MY_NUMBER(self):
        b = self.d(11)
        r = sum(int(c) * w for c, w in zip(b, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2])) % 11
        v = b + str(0 if r < 2 else 11 - r)
        return v if self.r.random() < 0.6 else " ".join([v[:4], v[4:8], v[8:]])

    def ZA_ID(self):
        b = self.date("%y%m%d") + self.d(4) + self.r.choice("01") + "8"
        return b + luhn.calc_check_digit(b)

    def TR_TCKN(self):
        b = self.r.choice("123456789") + self.d(8)
        return b + tckimlik.calc_check_digits(b)

    def MX_CURP(self):
        b = self.s("BCDFGLMNPRST", 1) + self.r.choice("AEIOU") + self.s("BCDFGLMNPRST", 2) + self.date("%y%m%d") + self.r.choice("HM") + self.r.choice(["DF", "JC", "NL", "MC"]) + self.s("BCDFGLMNPRST", 3) + "0"
        return b + curp.calc_check_digit(b)

    def TH_TNIN(self):
        b = self.r.choice("12345678") + self.d(11)
        v = b + pin.calc_check_digit(b)
        return v if self.r.random() < 0.5 else "-".join([v[0], v[1:5], v[5:10], v[10:12], v[12]])

    def IL_ID(self):
        return self.until(il_id.is_valid, lambda: self.r.choice("0123") + self.d(8))

    # people --------------------------------------------------------------
    FIRST = "john jane maria ahmed wei yuki lars ines paolo olga fatima raj anna peter lucie noah emma hans".split()
    LAST = "smith garcia mueller rossi tanaka nguyen kowalski silva dubois jensen oconnor patel kim novak".split()

    def EMAIL(self):
        f, l = self.r.choice(self.FIRST), self.r.choice(self.LAST)
        local = self.r.choice([f + "." + l, f[0] + l, f + "_" + l, f + str(self.r.randrange(100)), f + "+news", l + "." + f + self.d(2), f.title() + "." + l.title(), "info", "billing"])
        host = self.r.choice(["example.com", "mail.example.org", "acme.io", "gmail.com", "web.de", "post.co.uk", "firma-gmbh.de", "uni.edu", "yahoo.fr", "corp.example.net", "data.gov.au", "proton.me", "xn--bcher-kva.example.com"])
        return local + "@" + host

    def PHONE(self):
        r = self.r
        kind = r.randrange(8)
        npa = r.choice(["212", "415", "303", "617", "206", "512"])
        nxx = r.choice("23456789") + self.d(1) + r.choice("023456789")
        last = self.d(4)
        if nxx[1:] == "11":
            nxx = "234"
        if kind == 0:
            return "+1 %s-%s-%s" % (npa, nxx, last)
        if kind == 1:
            return "(%s) %s-%s" % (npa, nxx, last)
        if kind == 2:
            return "+1%s%s%s" % (npa, nxx, last)
        if kind == 3:
            return "+44 7700 900" + self.d(3)
        if kind == 4:
            return "+49 30 " + r.choice("23456789") + self.d(7)
        if kind == 5:
            return "+33 6 " + " ".join([self.d(2) for _ in range(4)])
        if kind == 6:
            return "+91 9" + self.d(4) + " " + self.d(5)
        return "%s-%s-%s" % (npa, nxx, last)

    def PHONE_local(self):
        r = self.r
        return r.choice([
            lambda: "020 7946 0" + self.d(3), lambda: "07700 900" + self.d(3), lambda: "030 " + r.choice("23456") + self.d(7),
            lambda: "0171 " + r.choice("2345") + self.d(6), lambda: "06 " + " ".join(self.d(2) for _ in range(4)),
            lambda: "2125550" + self.d(3), lambda: "090-" + self.d(4) + "-" + self.d(4), lambda: "010-" + self.d(4) + "-" + self.d(4),
            lambda: "612 34 " + self.d(2) + " " + self.d(2), lambda: "0" + r.choice("2367") + self.d(8), lambda: "13" + self.d(9), lambda: "8 (495) " + self.d(3) + "-" + self.d(2) + "-" + self.d(2)])()

    def PASSPORT_MRZ(self):
        def ck(x):
            return str(sum((0 if c == "<" else int(c, 36)) * w for c, w in zip(x, [7, 3, 1] * 20)) % 10)
        no = (self.s(UP, 1) + self.d(8))[:9]
        dob, exp = self.date(), "%02d%02d%02d" % (self.r.randrange(26, 36), self.r.randrange(1, 13), self.r.randrange(1, 28))
        l = no + ck(no) + "UTO" + dob + ck(dob) + self.r.choice("MF") + exp + ck(exp) + "<" * 14 + "0"
        l += ck(no + ck(no) + dob + ck(dob) + exp + ck(exp) + "<" * 14 + "0")
        assert len(l) == 44
        return l

    def VIN(self):
        t = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9]))
        A = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
        v = list(self.s("123JWVS", 1) + self.s(A, 10) + self.s(string.digits, 6))
        v[8] = "0"
        w = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
        r = sum((int(c) if c.isdigit() else t[c]) * x for c, x in zip(v, w)) % 11
        v[8] = "X" if r == 10 else str(r)
        return "".join(v)

    def IMEI(self):
        b = "35" + self.d(12)
        return b + luhn.calc_check_digit(b)

    def CRYPTO(self):
        k = self.r.random()
        if k < 0.5:
            p = b"\x00" + bytes(self.r.randrange(256) for _ in range(20))
            p += hashlib.sha256(hashlib.sha256(p).digest()).digest()[:4]
            n = int.from_bytes(p, "big")
            out = ""
            while n:
                n, m = divmod(n, 58)
                out = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[m] + out
            for b in p:
                if b:
                    break
                out = "1" + out
            assert bitcoin.is_valid(out)
            return out
        return self.r.choice(["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"])

    # secrets -------------------------------------------------------------
    def AWS_ACCESS_KEY(self):
        return self.r.choice(["AKIA", "ASIA"]) + self.s(UP + "234567", 16)

    def AWS_SECRET_KEY(self):
        return self.s(B64, 40)

    def crc62(self, prefix):
        e = self.s(ALNUM, 30)
        n = zlib.crc32(e.encode())
        A = string.digits + string.ascii_uppercase + string.ascii_lowercase
        t = ""
        for _ in range(6):
            n, m = divmod(n, 62)
            t = A[m] + t
        return prefix + e + t

    def GITHUB_TOKEN(self):
        return self.crc62(self.r.choice(["ghp_", "gho_", "ghs_"])) if self.r.random() < 0.8 else "github_pat_" + self.s(ALNUM, 22) + "_" + self.s(ALNUM, 59)

    def NPM_TOKEN(self):
        return self.crc62("npm_")

    def GITLAB_TOKEN(self):
        return "glpat-" + self.s(URL64, 20)

    def SLACK_TOKEN(self):
        return "xoxb-" + self.d(12) + "-" + self.d(12) + "-" + self.s(ALNUM, 24)

    def STRIPE_KEY(self):
        return self.r.choice(["sk_live_", "rk_live_", "sk_test_"]) + self.s(ALNUM, 24)

    def GOOGLE_API_KEY(self):
        return "AIza" + self.s(URL64, 34) + self.s(ALNUM, 1)

    def GOOGLE_OAUTH(self):
        return "ya29." + self.s(URL64, 60) + "x"

    def OPENAI_KEY(self):
        return "sk-" + self.s(ALNUM, 20) + "T3BlbkFJ" + self.s(ALNUM, 20)

    def ANTHROPIC_KEY(self):
        return "sk-ant-api03-" + self.s(URL64, 92) + "AA"

    def HUGGINGFACE_TOKEN(self):
        return "hf_" + self.s(string.ascii_letters, 34)

    def VAULT_TOKEN(self):
        return "hvs." + self.s(ALNUM, 90)

    def PYPI_TOKEN(self):
        return "pypi-AgEIcHlwaS5vcmc" + self.s(URL64, 100) + "x"

    def JWT(self):
        e = lambda o: base64.urlsafe_b64encode(json.dumps(o).encode()).decode().rstrip("=")
        return e({"alg": self.r.choice(["HS256", "RS256", "none"]), "typ": "JWT"}) + "." + e({"sub": self.d(10), "iat": 1516239022}) + "." + self.s(URL64, 43)

    def PRIVATE_KEY(self):
        k = self.r.choice(["RSA ", "", "EC ", "OPENSSH "])
        body = "\n".join(self.s(B64, 64) for _ in range(self.r.randrange(2, 6)))
        return "-----BEGIN %sPRIVATE KEY-----\n%s\n-----END %sPRIVATE KEY-----" % (k, body, k)

    def PASSWORD(self):
        return self.r.choice([lambda: self.s(ALNUM, 8) + self.r.choice("!#%*") + self.d(2), lambda: self.r.choice(["Summer", "Winter", "Dragon", "Tiger"]) + "20" + self.d(2) + "!", lambda: self.s(ALNUM + "!@#", 14), lambda: "hunter" + self.d(2)])()

    def SECRET(self):
        return self.r.choice([lambda: self.s("0123456789abcdef", 32), lambda: self.s(ALNUM, 32), lambda: self.s(URL64, 40) + "a", lambda: self.s(ALNUM, 24)])()

    def PASSWORD_HASH(self):
        return self.r.choice([lambda: "$2b$12$" + self.s(ALNUM + "./", 53), lambda: "$argon2id$v=19$m=65536,t=3,p=4$" + self.s(ALNUM, 22) + "$" + self.s(ALNUM, 43), lambda: "$6$" + self.s(ALNUM, 12) + "$" + self.s(ALNUM + "./", 86), lambda: "{SSHA}" + base64.b64encode(bytes(self.r.randrange(256) for _ in range(28))).decode()])()

    def AZURE_KEY(self):
        return self.s(B64, 86) + "=="


STRONG = [n for n in (
    "CREDIT_CARD CREDIT_CARD CREDIT_CARD CARD_TRACK1 CARD_TRACK2 IBAN IBAN US_SSN US_SSN EMAIL EMAIL EMAIL PHONE PHONE US_ITIN US_MBI US_DEA "
    "CA_SIN UK_NHS UK_NINO FR_NIR DE_STEUER_ID DE_RVNR IT_CODICE_FISCALE ES_DNI ES_NIE BE_NN SE_PERSONNUMMER FI_HETU NO_FNR CH_AHV "
    "IE_PPS BR_CPF BR_CNPJ IN_AADHAAR IN_PAN SG_NRIC_FIN CN_RIC KR_RRN ZA_ID MX_CURP PASSPORT_MRZ CRYPTO "
    "AWS_ACCESS_KEY GITHUB_TOKEN NPM_TOKEN GITLAB_TOKEN SLACK_TOKEN STRIPE_KEY GOOGLE_API_KEY GOOGLE_OAUTH OPENAI_KEY ANTHROPIC_KEY "
    "HUGGINGFACE_TOKEN VAULT_TOKEN PYPI_TOKEN JWT PRIVATE_KEY PASSWORD_HASH").split()]

# name of the maker -> keys, words (English), words (others)
WEAK = {
    "US_SSN_bare": (["ssn", "social_security_number", "socialSecurityNumber", "customer_ssn", "SSN"], ["SSN", "social security number", "social"], ["número de seguro social"]),
    "US_EIN": (["ein", "employer_id", "federalTaxId"], ["EIN", "employer identification number"], []),
    "ABA_ROUTING": (["routing_number", "aba", "routingNo", "bank_routing"], ["routing number", "ABA"], []),
    "US_NPI": (["npi", "provider_npi", "npiNumber"], ["NPI", "national provider identifier"], []),
    "CA_SIN_bare": (["sin", "social_insurance_number", "SIN"], ["SIN", "social insurance number"], ["numéro d'assurance sociale"]),
    "UK_NHS_bare": (["nhs_number", "nhsNo", "nhs"], ["NHS number", "NHS no"], []),
    "NL_BSN": (["bsn", "burgerservicenummer", "BSN_nr"], ["BSN"], ["burgerservicenummer", "BSN"]),
    "PL_PESEL": (["pesel", "PESEL", "nr_pesel"], ["PESEL"], ["numer PESEL", "PESEL"]),
    "DK_CPR": (["cpr", "cpr_nummer", "cprNr"], ["CPR"], ["CPR-nummer", "personnummer"]),
    "PT_NIF": (["nif", "contribuinte"], ["NIF"], ["NIF", "número de contribuinte"]),
    "BR_CPF_bare": (["cpf", "CPF", "cpf_cliente"], ["CPF"], ["CPF"]),
    "IN_AADHAAR_bare": (["aadhaar", "aadhaar_number", "aadhaarNo"], ["Aadhaar number", "Aadhaar"], []),
    "AU_TFN": (["tfn", "tax_file_number"], ["TFN", "tax file number"], []),
    "AU_MEDICARE": (["medicare", "medicare_number"], ["Medicare number", "Medicare card"], []),
    "AU_ABN": (["abn"], ["ABN"], []),
    "JP_MY_NUMBER": (["my_number", "myNumber", "individual_number"], ["My Number"], ["マイナンバー", "個人番号"]),
    "TR_TCKN": (["tckn", "tc_kimlik_no", "tcKimlik"], ["TC Kimlik"], ["TC Kimlik No", "kimlik numarası"]),
    "TH_TNIN": (["national_id", "thai_id", "citizen_id"], ["national ID", "Thai ID"], ["เลขประจำตัวประชาชน"]),
    "IL_ID": (["teudat_zehut", "national_id", "id_number"], ["Teudat Zehut", "Israeli ID"], ["תעודת זהות"]),
    "PHONE_local": (["phone", "mobile", "phone_number", "tel", "contactPhone", "telefon"], ["phone", "call me at", "mobile", "tel"], ["Telefon", "téléphone", "teléfono", "Handy", "cellulare", "telefone", "телефон", "电话", "電話", "전화"]),
    "VIN": (["vin", "vehicle_vin"], ["VIN", "chassis"], ["Fahrgestellnummer"]),
    "IMEI": (["imei", "device_imei"], ["IMEI"], ["IMEI"]),
}
