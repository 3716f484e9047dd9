"""psycopg 3 as it is out of the box: from its first statement on, a connection is in a transaction that ends with commit()."""

import json
import queue
import sys
import threading

import psycopg

asked = queue.Queue()
connection = psycopg.connect("")
committing = True


def listen():
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "cancel":
            connection.cancel_safe()
        else:
            asked.put(order)
    asked.put(None)


def run(sql, arguments):
    cursor = connection.execute(sql.replace("$1", "%s"), arguments)
    value = str(cursor.fetchone()[0])
    if committing:
        connection.commit()
    return value


threading.Thread(target=listen, daemon=True).start()
while order := asked.get():
    answer = {"value": ""}
    try:
        if order["do"] == "run":
            answer = {"value": run(order["sql"], order["arguments"])}
        else:
            committing = order["do"] == "rollback"
            connection.rollback()
    except psycopg.Error as e:
        answer = {"state": e.sqlstate or "", "message": e.diag.message_primary or str(e),
                  "detail": e.diag.message_detail or "", "hint": e.diag.message_hint or ""}
        if committing:
            connection.rollback()
    print(json.dumps(answer), flush=True)
