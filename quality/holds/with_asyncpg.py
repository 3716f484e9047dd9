"""asyncpg as it is out of the box: every statement with arguments is prepared first."""

import asyncio
import json
import sys

import asyncpg


async def listen(connection, asked):
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        order = json.loads(line)
        if order["do"] == "cancel":
            # what its timeouts do, which then replace the server's answer by a TimeoutError
            await connection._cancel(loop.create_future())
        else:
            await asked.put(order)
    await asked.put(None)


async def main():
    connection = await asyncpg.connect()
    asked = asyncio.Queue()
    listening = asyncio.create_task(listen(connection, asked))
    transaction = None
    while order := await asked.get():
        answer = {"value": ""}
        try:
            if order["do"] == "run":
                answer = {"value": str(await connection.fetchval(order["sql"], *order["arguments"]))}
            elif order["do"] == "begin":
                transaction = connection.transaction()
                await transaction.start()
            else:
                await transaction.rollback()
        except asyncpg.PostgresError as e:
            answer = {"state": e.sqlstate, "message": e.message, "detail": e.detail or "", "hint": e.hint or ""}
        print(json.dumps(answer), flush=True)
    await listening
    await connection.close()


asyncio.run(main())
