// node-postgres as it is out of the box. It has no cancel that works over TLS (it waits for a plain connection to be made), so the
// sixteen bytes are sent here.
const fs = require('fs');
const net = require('net');
const readline = require('readline');
const { Client } = require('pg');

const client = new Client({
  ssl: { ca: fs.readFileSync(process.env.PGSSLROOTCERT, 'utf8') },
});

function cancel() {
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80877102, 4);
  request.writeInt32BE(client.processID, 8);
  request.writeInt32BE(client.secretKey, 12);
  net.connect(Number(process.env.PGPORT), process.env.PGHOST).end(request);
}

async function obey(order) {
  const words = { begin: 'BEGIN', rollback: 'ROLLBACK' };
  try {
    const result = await client.query(words[order.do] ?? order.sql, order.arguments ?? []);
    const value = result.rows.length > 0 ? String(Object.values(result.rows[0])[0]) : '';
    return { value };
  } catch (e) {
    return { state: e.code ?? '', message: e.message, detail: e.detail ?? '', hint: e.hint ?? '' };
  }
}

async function main() {
  await client.connect();
  let before = Promise.resolve();
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    if (order.do === 'cancel') {
      cancel();
    } else {
      before = before.then(() => obey(order)).then((answer) => console.log(JSON.stringify(answer)));
    }
  }
  await before;
  await client.end();
}

main();
