// pgx as it is out of the box: every statement is prepared and kept. Cancelling a context would close the connection by default, so
// a cancel here is the request that pgx has for it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

type order struct {
	Do        string
	SQL       string
	Arguments []int
}

type answer struct {
	Value   string `json:"value"`
	State   string `json:"state,omitempty"`
	Message string `json:"message,omitempty"`
	Detail  string `json:"detail,omitempty"`
	Hint    string `json:"hint,omitempty"`
}

func listen(conn *pgx.Conn, asked chan<- order) {
	defer close(asked)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var next order
		if err := json.Unmarshal(lines.Bytes(), &next); err != nil {
			panic(err)
		}
		if next.Do == "cancel" {
			if err := conn.PgConn().CancelRequest(context.Background()); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		} else {
			asked <- next
		}
	}
}

func obey(conn *pgx.Conn, tx *pgx.Tx, next order) (string, error) {
	ctx := context.Background()
	switch next.Do {
	case "begin":
		var err error
		*tx, err = conn.Begin(ctx)
		return "", err
	case "rollback":
		return "", (*tx).Rollback(ctx)
	}
	var arguments []any
	for _, one := range next.Arguments {
		arguments = append(arguments, one)
	}
	var value int
	err := conn.QueryRow(ctx, next.SQL, arguments...).Scan(&value)
	return fmt.Sprint(value), err
}

func main() {
	conn, err := pgx.Connect(context.Background(), "")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	asked := make(chan order)
	go listen(conn, asked)
	var tx pgx.Tx
	out := json.NewEncoder(os.Stdout)
	for next := range asked {
		said := answer{}
		said.Value, err = obey(conn, &tx, next)
		var failed *pgconn.PgError
		if errors.As(err, &failed) {
			said = answer{State: failed.Code, Message: failed.Message, Detail: failed.Detail, Hint: failed.Hint}
		} else if err != nil {
			said = answer{Message: err.Error()}
		}
		if err := out.Encode(said); err != nil {
			panic(err)
		}
	}
	conn.Close(context.Background())
}
