// The program of the matrix for node-postgres, with its cursors and its COPY streams.
const crypto = require('crypto');
const fs = require('fs');
const net = require('net');
const path = require('path');
const { pipeline } = require('stream/promises');
const { Readable } = require('stream');
const { Client, Pool } = require('pg');
const Cursor = require('pg-cursor');
const { from, to } = require('pg-copy-streams');

const settings = { ssl: { ca: fs.readFileSync(process.env.PGSSLROOTCERT, 'utf8') } };
const lines = (file) => fs.readFileSync(path.join(__dirname, file), 'utf8').trimEnd().split('\n');
const say = (name, value) => console.log(`${name}: ${typeof value === 'bigint' ? String(value) : JSON.stringify(value)}`);

function said(e) {
  const { code, severity, message, detail, hint, position, table, column, constraint, dataType } = e;
  return { kind: e.constructor.name, code, severity, message, detail, hint, position, table, column, constraint, dataType };
}

async function attempt(name, work) {
  try {
    say(name, await work());
  } catch (e) {
    say(name, said(e));
  }
}

const shown = (result) => ({
  command: result.command, count: result.rowCount, rows: result.rows,
  fields: result.fields.map((f) => [f.name, f.dataTypeID, f.dataTypeSize, f.dataTypeModifier, f.format]),
});

async function connected(db) {
  await attempt('connect.who', async () => (await db.query('SELECT current_user, session_user, current_database()')).rows);
  await attempt('connect.version', async () => (await db.query('SHOW server_version')).rows);
}

async function types(db) {
  for (const [n, expression] of lines('types.txt').entries()) {
    await attempt(`types.simple.${n}`, async () => shown(await db.query(`SELECT ${expression} AS v`)));
    await attempt(`types.prepared.${n}`, async () => shown(await db.query(`SELECT ${expression} AS v WHERE $1`, [true])));
    await attempt(`types.binary.${n}`, async () => shown(await db.query({ text: `SELECT ${expression} AS v`, binary: true })));
  }
  await attempt('types.rows', async () => shown(await db.query('SELECT * FROM things ORDER BY id')));
  await attempt('types.array', async () => shown(await db.query({ text: 'SELECT id, name FROM things ORDER BY id', rowMode: 'array' })));
}

async function parameters(db) {
  const values = [[1, 'int'], ['1099511627776', 'bigint'], [1.25, 'float8'], [true, 'bool'], [null, 'int'], ['Grüße 世界 🙂', 'text'],
    [Buffer.from([0, 255]), 'bytea'], ['1.20', 'numeric'], [new Date(Date.UTC(2026, 1, 28)), 'timestamptz'], [[1, 2, null], 'int[]'],
    [['a', null], 'text[]'], [{ ü: [1] }, 'jsonb'], ['happy', 'mood'], ['(1,x)', 'pair']];
  for (const [n, [value, type]] of values.entries()) {
    await attempt(`parameters.${n}`, async () => shown(await db.query(`SELECT $1::${type} AS v`, [value])));
  }
  await attempt('parameters.too-few', async () => shown(await db.query('SELECT $1::int + $2::int', [1])));
  for (let again = 0; again < 6; again++) {
    const named = { name: 'by-id', text: 'SELECT name FROM things WHERE id = $1', values: [1 + (again % 3)] };
    await attempt(`parameters.named.${again}`, async () => shown(await db.query(named)));
  }
}

async function transactions(db) {
  await db.query('BEGIN');
  await db.query('INSERT INTO things (id, name) VALUES ($1, $2)', [10, 'kept']);
  await db.query('SAVEPOINT one');
  await db.query("INSERT INTO things (id, name) VALUES (11, 'lost')");
  await attempt('transactions.error', () => db.query('SELECT 1 / 0'));
  await attempt('transactions.aborted', () => db.query('SELECT 1'));
  await db.query('ROLLBACK TO one');
  await db.query('COMMIT');
  await attempt('transactions.kept', async () => shown(await db.query('SELECT id, name FROM things WHERE id >= 10')));
  await db.query('BEGIN READ ONLY');
  await attempt('transactions.read-only', () => db.query('DELETE FROM things WHERE id = 10'));
  await db.query('ROLLBACK');
  await attempt('transactions.changed', async () => (await db.query('UPDATE things SET amount = 7 WHERE id = $1', [10])).rowCount);
  await attempt('transactions.returning', async () => shown(await db.query('DELETE FROM things WHERE id = 10 RETURNING id, amount')));
}

async function errors(db) {
  for (const line of lines('errors.txt')) {
    const [name, sql] = [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)];
    await attempt(`errors.simple.${name}`, () => db.query(sql));
    await attempt(`errors.prepared.${name}`, () => db.query(sql, []));
    await attempt(`errors.named.${name}`, () => db.query({ name: `error-${name}`, text: sql }));
  }
  const notices = [];
  db.on('notice', (n) => notices.push([n.severity, n.code, n.message]));
  await db.query('BEGIN; BEGIN; ROLLBACK; ROLLBACK');
  say('errors.warnings', notices);
  await attempt('errors.several', async () => (await db.query("SELECT 1 AS a; SELECT 'two' AS b; VALUES (4), (5)")).map(shown));
  await attempt('errors.in-two', () => db.query('SELECT 1; SELECT 1 / 0; SELECT 2'));
}

async function cursors(db) {
  const cursor = db.query(new Cursor("SELECT n, repeat('x', n) AS x FROM generate_series(1, $1::int) AS n", [1000]));
  let sum = 0;
  for (let rows = await cursor.read(70); rows.length > 0; rows = await cursor.read(70)) {
    for (const row of rows) sum += row.x.length;
  }
  say('cursors.sum', sum);
  const left = db.query(new Cursor('SELECT generate_series(1, 100000)'));
  say('cursors.some', await left.read(3));
  await left.close();
  await attempt('cursors.after', async () => (await db.query('SELECT 1 AS one')).rows);
}

async function copies(db) {
  for (const form of ['text', 'csv, HEADER', 'binary']) {
    await attempt(`copy.out.${form.slice(0, 3)}`, async () => {
      const chunks = [];
      const sql = `COPY (SELECT id, name, amount, at, doc, raw FROM things ORDER BY id) TO STDOUT (FORMAT ${form})`;
      for await (const chunk of db.query(to(sql))) chunks.push(chunk);
      return Buffer.concat(chunks).toString('hex');
    });
  }
  const rows = Array.from({ length: 1000 }, (_, n) => `${100 + n}\tcopied ${n} ü\n`);
  await attempt('copy.in', async () => {
    const stream = db.query(from('COPY things (id, name) FROM STDIN'));
    await pipeline(Readable.from(rows), stream);
    return stream.rowCount;
  });
  await attempt('copy.broken', () => pipeline(Readable.from(['3000\tfine\n', 'x\ty\n']), db.query(from('COPY things (id, name) FROM STDIN'))));
  await attempt('copy.there', async () => (await db.query('SELECT count(*), max(name) FROM things WHERE id >= 100')).rows);
  await attempt('copy.deleted', async () => (await db.query('DELETE FROM things WHERE id >= 100')).rowCount);
}

async function batches(db) {
  const all = await Promise.all(Array.from({ length: 200 }, (_, n) => db.query('SELECT $1::int * 2 AS v', [n])));
  say('batch.sum', all.reduce((sum, result) => sum + result.rows[0].v, 0));
  const pool = new Pool({ ...settings, max: 4 });
  const many = await Promise.all(Array.from({ length: 40 }, (_, n) => pool.query('SELECT $1::int AS v', [n])));
  say('batch.pool', many.reduce((sum, result) => sum + result.rows[0].v, 0));
  await pool.end();
}

async function large(db) {
  const digest = crypto.createHash('sha256');
  const result = await db.query({ text: 'SELECT n, md5(n::text) FROM generate_series(1, 100000) AS n', rowMode: 'array' });
  for (const row of result.rows) digest.update(row.join(' '));
  say('large.rows', digest.digest('hex'));
  say('large.cell', (await db.query("SELECT repeat('ü', 4000000) AS v")).rows[0].v.length);
  say('large.parameter', (await db.query('SELECT length($1::text) AS v', ['x'.repeat(900_000)])).rows[0].v);
}

async function cancels(db) {
  const began = Date.now();
  setTimeout(() => { // its own waits for a plain connection
    const request = Buffer.alloc(16);
    request.writeInt32BE(16, 0);
    request.writeInt32BE(80877102, 4);
    request.writeInt32BE(db.processID, 8);
    request.writeInt32BE(db.secretKey, 12);
    net.connect(Number(process.env.PGPORT), process.env.PGHOST).end(request);
  }, 700);
  await attempt('cancel.running', () => db.query('SELECT pg_sleep(20)'));
  say('cancel.soon', Date.now() - began < 10_000);
  await db.query("SET statement_timeout = '300ms'");
  await attempt('timeout.statement', () => db.query('SELECT pg_sleep(20)'));
  await db.query('RESET statement_timeout');
  await attempt('timeout.after', async () => (await db.query('SHOW statement_timeout')).rows);
  const started = new Client({ ...settings, statement_timeout: 300 }); // which goes into its startup
  await attempt('timeout.startup', async () => {
    await started.connect();
    try {
      return (await started.query('SELECT pg_sleep(20)')).rows;
    } finally {
      await started.end();
    }
  });
}

async function notifications(db) {
  const came = new Promise((resolve) => db.on('notification', resolve));
  await db.query('LISTEN jobs');
  await db.query("NOTIFY jobs, 'grüß dich'");
  const late = new Promise((resolve) => setTimeout(() => resolve({ channel: 'none' }), 10_000).unref());
  const { channel, payload, processId } = await Promise.race([came, late]);
  say('notify.came', [channel, payload, processId === db.processID]);
  await db.query('UNLISTEN *');
}

async function policy(db) {
  await attempt('masked.rows', async () => (await db.query('SELECT id, name, email, card, ssn FROM customers ORDER BY id')).rows);
  await attempt('denied.all-rows', () => db.query('UPDATE things SET amount = amount'));
  await attempt('denied.role', () => db.query('SET ROLE agent'));
}

async function main() {
  const db = new Client(settings);
  await db.connect();
  for (const part of [connected, types, parameters, transactions, errors, cursors, copies, batches, large, cancels, notifications, policy]) {
    try {
      await part(db);
    } catch (e) {
      say(`${part.name}.stopped`, said(e));
    }
  }
  await db.end();
  console.log(`version: node-postgres ${require('pg/package.json').version}`);
  console.log('end: closed');
}

main();
