// Command go-verify checks a log of Countersign with the Go project's own packages: the checkpoint's
// signature with sumdb/note, every tile and every entry with sumdb/tlog. It knows nothing of what a
// record means.
//
// The packages speak of tile/8/L/N and tile/8/data/N where C2SP tlog-tiles has tile/L/N and
// tile/entries/N; the reader below translates.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// height of a tile: 2^8 hashes.
const height = 8

type reader struct{ log string }

func (r reader) Height() int { return height }

func (r reader) SaveTiles([]tlog.Tile, [][]byte) {}

func (r reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := os.ReadFile(filepath.Join(r.log, "tile", path))
		if err != nil {
			return nil, err
		}
		out[i] = data
	}
	return out, nil
}

func entries(log string, size int64, each func(index int64, entry []byte) error) error {
	for index := int64(0); index < size; {
		tile := tlog.Tile{H: height, L: 0, N: index >> height, W: int(min(1<<height, size-index))}
		path := "entries/" + strings.TrimPrefix(tile.Path(), "tile/8/0/")
		data, err := os.ReadFile(filepath.Join(log, "tile", path))
		if err != nil {
			return err
		}
		for len(data) > 0 {
			if len(data) < 2 {
				return fmt.Errorf("%s ends inside of a length", path)
			}
			length := int(binary.BigEndian.Uint16(data))
			if len(data) < 2+length {
				return fmt.Errorf("%s ends inside of entry %d", path, index)
			}
			if err := each(index, data[2:2+length]); err != nil {
				return err
			}
			data = data[2+length:]
			index++
		}
	}
	return nil
}

func verify(dir string) (string, error) {
	vkey, err := os.ReadFile(filepath.Join(dir, "evidence", "log.vkey"))
	if err != nil {
		return "", err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	if err != nil {
		return "", err
	}
	log := filepath.Join(dir, "evidence", "log")
	signed, err := os.ReadFile(filepath.Join(log, "checkpoint"))
	if err != nil {
		return "", err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return "", err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 3 || lines[0] != verifier.Name() {
		return "", fmt.Errorf("this is no checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return "", err
	}
	raw, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(raw) != tlog.HashSize {
		return "", fmt.Errorf("the checkpoint holds no root")
	}
	tree := tlog.Tree{N: size, Hash: tlog.Hash(raw)}
	hashes := tlog.TileHashReader(tree, reader{log})
	count := int64(0)
	var batch []int64
	var leaves []tlog.Hash
	flush := func() error {
		found, err := hashes.ReadHashes(batch)
		if err != nil {
			return err
		}
		for i := range found {
			if found[i] != leaves[i] {
				return fmt.Errorf("entry %d is not the one that was signed", count-int64(len(found))+int64(i))
			}
		}
		batch, leaves = batch[:0], leaves[:0]
		return nil
	}
	err = entries(log, size, func(index int64, entry []byte) error {
		batch = append(batch, tlog.StoredHashIndex(0, index))
		leaves = append(leaves, tlog.RecordHash(entry))
		count++
		if len(batch) == 1<<height {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err == nil && count != size {
		err = fmt.Errorf("%d entries, but %d were signed", count, size)
	}
	return fmt.Sprintf("ok: %d records, root %s", size, tree.Hash), err
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go-verify DIR")
		os.Exit(2)
	}
	result, err := verify(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "go-verify:", err)
		os.Exit(1)
	}
	fmt.Println(result)
}
