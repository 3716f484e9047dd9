// The program of the matrix for pgx. Usage: pgx FOLDER, of types.txt and errors.txt
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var ctx = context.Background()

func say(name string, value any) { fmt.Printf("%s: %v\n", name, value) }

func said(err error) string {
	var from *pgconn.PgError
	if errors.As(err, &from) {
		return fmt.Sprintf("%s %s %q %q %q at %d in %s.%s.%s %s", from.Severity, from.Code, from.Message, from.Detail, from.Hint,
			from.Position, from.SchemaName, from.TableName, from.ColumnName, from.ConstraintName)
	}
	return fmt.Sprintf("%T %v", err, err)
}

func attempt(name string, value any, err error) {
	if err != nil {
		say(name, said(err))
	} else {
		say(name, value)
	}
}

func lines(file string) []string {
	text, err := os.ReadFile(filepath.Join(os.Args[1], file))
	if err != nil {
		panic(err)
	}
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n")
}

// all rows, each value with its type
func rows(db *pgx.Conn, sql string, arguments ...any) (string, error) {
	out := &strings.Builder{}
	came, err := db.Query(ctx, sql, arguments...)
	if err != nil {
		return "", err
	}
	defer came.Close()
	for _, field := range came.FieldDescriptions() {
		fmt.Fprintf(out, "%s/%d/%d/%d/%d ", field.Name, field.DataTypeOID, field.DataTypeSize, field.TypeModifier, field.Format)
	}
	for came.Next() {
		values, err := came.Values()
		if err != nil {
			return "", err
		}
		fmt.Fprintf(out, "%#v %x ", printable(values), came.RawValues())
	}
	fmt.Fprintf(out, "%s", came.CommandTag())
	return out.String(), came.Err()
}

// without what is behind pointers
func printable(values []any) []string {
	var out []string
	for _, value := range values {
		out = append(out, fmt.Sprintf("%T %+v", value, value))
	}
	return out
}

func ask(name string, db *pgx.Conn, sql string, arguments ...any) {
	value, err := rows(db, sql, arguments...)
	attempt(name, value, err)
}

func must(db *pgx.Conn, sql string) {
	if _, err := db.Exec(ctx, sql); err != nil {
		say("stopped", sql+": "+said(err))
	}
}

func connected(db *pgx.Conn) {
	for _, status := range []string{"server_version", "server_encoding", "client_encoding", "DateStyle", "TimeZone", "integer_datetimes",
		"standard_conforming_strings", "IntervalStyle", "is_superuser", "session_authorization", "application_name"} {
		say("connect."+strings.ToLower(status), db.PgConn().ParameterStatus(status))
	}
	ask("connect.who", db, "SELECT current_user, session_user, current_database()")
}

func types(db *pgx.Conn) {
	modes := map[string]pgx.QueryExecMode{"cached": pgx.QueryExecModeCacheStatement, "described": pgx.QueryExecModeCacheDescribe,
		"each": pgx.QueryExecModeDescribeExec, "unprepared": pgx.QueryExecModeExec, "simple": pgx.QueryExecModeSimpleProtocol}
	for number, expression := range lines("types.txt") {
		for name, mode := range modes {
			ask(fmt.Sprintf("types.%s.%d", name, number), db, "SELECT "+expression+" AS v", mode)
		}
		ask(fmt.Sprintf("types.text.%d", number), db, "SELECT "+expression+" AS v", pgx.QueryResultFormats{pgx.TextFormatCode})
	}
	ask("types.rows", db, "SELECT id, name, amount, at, doc, tags, raw, feel::text, level FROM things ORDER BY id")
}

func parameters(db *pgx.Conn) {
	moment := time.Date(2026, 2, 28, 1, 2, 3, 4000, time.UTC)
	values := []struct {
		kind  string
		value any
	}{{"int", 1}, {"bigint", int64(1) << 40}, {"float8", 1.25}, {"bool", true}, {"text", "Grüße 世界 🙂"}, {"bytea", []byte{0, 255}},
		{"numeric", "1.20"}, {"date", moment}, {"timestamptz", moment}, {"interval", 26 * time.Hour}, {"int[]", []int32{1, 2}},
		{"text[]", []string{"a", "b"}}, {"jsonb", map[string]any{"ü": []int{1}}}, {"mood", "happy"}, {"int", nil}, {"int", "x"}}
	for number, one := range values {
		ask(fmt.Sprintf("parameters.%d", number), db, "SELECT $1::"+one.kind, one.value)
		ask(fmt.Sprintf("parameters.simple.%d", number), db, "SELECT $1::"+one.kind, pgx.QueryExecModeSimpleProtocol, one.value)
	}
	for again := range 6 {
		ask(fmt.Sprintf("parameters.again.%d", again), db, "SELECT name FROM things WHERE id = $1", 1+again%3)
	}
	_, err := db.Prepare(ctx, "by-id", "SELECT name FROM things WHERE id = $1")
	attempt("parameters.prepared", "yes", err)
	ask("parameters.by-id", db, "by-id", 2)
	attempt("parameters.gone", "yes", db.Deallocate(ctx, "by-id"))
}

func transactions(db *pgx.Conn) {
	outer, err := db.Begin(ctx)
	attempt("transactions.begun", "yes", err)
	must(db, "INSERT INTO things (id, name) VALUES (10, 'kept')")
	inner, _ := outer.Begin(ctx)
	must(db, "INSERT INTO things (id, name) VALUES (11, 'lost')")
	ask("transactions.error", db, "SELECT 1 / 0")
	ask("transactions.aborted", db, "SELECT 1")
	say("transactions.status", string(db.PgConn().TxStatus()))
	attempt("transactions.inner", "back", inner.Rollback(ctx))
	say("transactions.status-after", string(db.PgConn().TxStatus()))
	attempt("transactions.outer", "done", outer.Commit(ctx))
	ask("transactions.kept", db, "SELECT id, name FROM things WHERE id >= 10")
	reading, _ := db.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.Serializable, AccessMode: pgx.ReadOnly})
	ask("transactions.read-only", db, "DELETE FROM things WHERE id = 10")
	attempt("transactions.reading", "back", reading.Rollback(ctx))
	ask("transactions.returning", db, "DELETE FROM things WHERE id = $1 RETURNING id, name, amount", 10)
}

func failures(db *pgx.Conn) {
	for _, line := range lines("errors.txt") {
		name, sql, _ := strings.Cut(line, ": ")
		ask("errors.cached."+name, db, sql)
		ask("errors.simple."+name, db, sql, pgx.QueryExecModeSimpleProtocol)
	}
	several, err := db.PgConn().Exec(ctx, "SELECT 1; SELECT 'two'; SELECT 1 / 0; SELECT 4").ReadAll()
	attempt("errors.several", len(several), err)
}

func copies(db *pgx.Conn) {
	for _, form := range []string{"text", "csv", "binary"} {
		out := &bytes.Buffer{}
		tag, err := db.PgConn().CopyTo(ctx, out, "COPY (SELECT id, name, amount, at, doc, raw FROM things ORDER BY id) TO STDOUT (FORMAT "+form+")")
		attempt("copy.out."+form, fmt.Sprintf("%s %q", tag, out), err)
	}
	var all [][]any
	for n := range 1000 {
		all = append(all, []any{100 + n, fmt.Sprintf("copied %d ü", n), nil})
	}
	count, err := db.CopyFrom(ctx, pgx.Identifier{"things"}, []string{"id", "name", "amount"}, pgx.CopyFromRows(all))
	attempt("copy.in", count, err)
	tag, err := db.PgConn().CopyFrom(ctx, strings.NewReader("3000\tfine\nx\ty\n"), "COPY things (id, name) FROM STDIN")
	attempt("copy.broken", tag, err)
	ask("copy.there", db, "SELECT count(*), max(name) FROM things WHERE id >= 100")
	ask("copy.deleted", db, "DELETE FROM things WHERE id >= 100")
}

func batches(db *pgx.Conn) {
	batch := &pgx.Batch{}
	for n := range 300 {
		batch.Queue("INSERT INTO parts (thing, label) VALUES ($1, $2)", 1, fmt.Sprintf("l%d", n))
	}
	batch.Queue("SELECT count(*), sum(twice) FROM parts")
	results := db.SendBatch(ctx, batch)
	for range 300 {
		if _, err := results.Exec(); err != nil {
			say("batch.insert", said(err))
			break
		}
	}
	var count, sum int
	attempt("batch.sum", "there", results.QueryRow().Scan(&count, &sum))
	say("batch.counted", fmt.Sprint(count, " ", sum))
	attempt("batch.closed", "yes", results.Close())
	failing := &pgx.Batch{}
	failing.Queue("INSERT INTO parts (thing, label) VALUES (2, 'a')")
	failing.Queue("INSERT INTO parts (thing, label) VALUES (2, 'a')")
	failing.Queue("INSERT INTO parts (thing, label) VALUES (2, 'b')")
	attempt("batch.failing", "yes", db.SendBatch(ctx, failing).Close())
	ask("batch.there", db, "SELECT count(*) FROM parts WHERE thing = 2")
	pipeline := db.PgConn().StartPipeline(ctx)
	for n := range 50 {
		pipeline.SendQueryParams("SELECT $1::int * 2", [][]byte{fmt.Append(nil, n)}, nil, nil, nil)
	}
	attempt("batch.synced", "yes", pipeline.Sync())
	got := 0
	for {
		result, err := pipeline.GetResults()
		if reader, is := result.(*pgconn.ResultReader); is {
			got += len(reader.Read().Rows)
		} else if err != nil || result == nil {
			break
		} else if _, is := result.(*pgconn.PipelineSync); is {
			break
		}
	}
	say("batch.pipelined", got)
	attempt("batch.ended", "yes", pipeline.Close())
	ask("batch.deleted", db, "DELETE FROM parts WHERE thing > 0")
}

func large(db *pgx.Conn) {
	digest := sha256.New()
	came, err := db.Query(ctx, "SELECT n, md5(n::text) FROM generate_series(1, 100000) AS n")
	for err == nil && came.Next() {
		for _, value := range came.RawValues() {
			digest.Write(value)
		}
	}
	say("large.rows", fmt.Sprintf("%x", digest.Sum(nil)))
	var text string
	err = db.QueryRow(ctx, "SELECT repeat('ü', 4000000)").Scan(&text)
	attempt("large.cell", len(text), err)
	ask("large.parameter", db, "SELECT length($1::text)", strings.Repeat("x", 900_000))
}

func cancels(db *pgx.Conn) {
	began := time.Now()
	time.AfterFunc(700*time.Millisecond, func() {
		if err := db.PgConn().CancelRequest(ctx); err != nil {
			say("cancel.failed", said(err))
		}
	})
	ask("cancel.running", db, "SELECT pg_sleep(20)")
	say("cancel.soon", time.Since(began) < 10*time.Second)
	must(db, "SET statement_timeout = '300ms'")
	ask("timeout.statement", db, "SELECT pg_sleep(20)")
	must(db, "RESET statement_timeout")
	ask("timeout.after", db, "SHOW statement_timeout")
}

func notifications(db *pgx.Conn) {
	must(db, "LISTEN jobs")
	must(db, "NOTIFY jobs, 'grüß dich'")
	limited, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	came, err := db.WaitForNotification(limited)
	if err != nil {
		say("notify.came", said(err))
		return
	}
	say("notify.came", fmt.Sprint(came.Channel, " ", came.Payload, " ", came.PID == db.PgConn().PID()))
	must(db, "UNLISTEN *")
}

func policy(db *pgx.Conn) {
	ask("masked.rows", db, "SELECT id, name, email, card, ssn FROM customers ORDER BY id")
	ask("denied.all-rows", db, "UPDATE things SET amount = amount")
	ask("denied.role", db, "SET ROLE agent")
}

func main() {
	config, err := pgx.ParseConfig("")
	if err != nil {
		panic(err)
	}
	var notices []string
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { notices = append(notices, n.Severity+" "+n.Code+" "+n.Message) }
	db, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		panic(err)
	}
	for _, part := range []func(*pgx.Conn){connected, types, parameters, transactions, failures, copies, batches, large, cancels,
		notifications, policy} {
		part(db)
	}
	notices = nil
	_, err = db.PgConn().Exec(ctx, "BEGIN; BEGIN; ROLLBACK; ROLLBACK").ReadAll()
	attempt("errors.warnings", notices, err)
	slow, stop := context.WithTimeout(ctx, 500*time.Millisecond)
	defer stop()
	_, err = db.Exec(slow, "SELECT pg_sleep(20)") // which closes the connection
	say("timeout.own", errors.Is(err, context.DeadlineExceeded))
	say("timeout.closed", db.IsClosed())
	say("version", "pgx 5.13.0")
	say("end", "closed")
}
