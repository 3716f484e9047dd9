"""Scores answers of `countersign masks scan --ndjson` against a corpus."""

import collections
import json
import sys


def covered(gold, spans, text):
    """Whether every letter and digit of the value is inside what was masked."""
    inside = set()
    for s in spans:
        inside.update(range(max(s["start"], gold[0]), min(s["end"], gold[1])))
    return all(i in inside or not text[i].isalnum() for i in range(gold[0], gold[1]))


def main():
    corpus = [json.loads(l) for l in open(sys.argv[1], encoding="utf-8")]
    answers = {}
    for l in open(sys.argv[2], encoding="utf-8"):
        a = json.loads(l)
        answers[a["id"]] = a
    show = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    hit, all_gold, named = collections.Counter(), collections.Counter(), collections.Counter()
    by_entity, by_where = collections.defaultdict(lambda: [0, 0]), collections.defaultdict(lambda: [0, 0])
    right = total = changed = innocents = 0
    missed, wrong = [], []
    for item in corpus:
        a = answers[item["id"]]
        spans = a["spans"]
        for g in item["gold"]:
            ok = covered(g, spans, item["text"])
            all_gold[item["kind"]] += 1
            hit[item["kind"]] += ok
            same = any(s["entity"] == g[2] and s["start"] < g[1] and s["end"] > g[0] for s in spans)
            named[item["kind"]] += same
            for table, key in ((by_entity, item["kind"] + " " + g[2]), (by_where, item["kind"] + " " + item["where"])):
                table[key][0] += ok
                table[key][1] += 1
            if not ok:
                missed.append((item["kind"], item["where"], g[2], item["text"][:300], a["masked"][:200]))
        for s in spans:
            total += 1
            good = any(s["start"] < g[1] and s["end"] > g[0] for g in item["gold"])
            right += good
            if not good:
                wrong.append((item["kind"], item["where"], s["entity"], item["text"][s["start"]:s["end"]], item["text"][:200]))
        if item["kind"] == "innocent":
            innocents += 1
            if a["masked"] != item["text"]:
                changed += 1
    for kind in ("plain", "adversarial"):
        print("%-12s recall %.4f  (%d of %d; under its own name %.4f)" % (kind, hit[kind] / max(1, all_gold[kind]), hit[kind], all_gold[kind], named[kind] / max(1, all_gold[kind])))
    print("precision    %.4f  (%d of %d spans)" % (right / max(1, total), right, total))
    print("innocent     %.4f changed  (%d of %d)" % (changed / max(1, innocents), changed, innocents))
    if show:
        worst = [(v[0] / v[1], k, v) for k, v in list(by_entity.items()) + list(by_where.items()) if v[0] < v[1]]
        for x in sorted(worst)[:40]:
            print("  %.3f %s %s" % x)
        import random
        random.Random(1).shuffle(missed)
        for m in missed[:show]:
            print("MISSED", m)
        random.Random(1).shuffle(wrong)
        for w in wrong[:show]:
            print("WRONG", w)


if __name__ == "__main__":
    main()
