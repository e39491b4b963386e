// Command apispec writes the description of the API, operations and messages,
// from the Go types.
//
//	apispec              prints it
//	apispec -o FILE      writes it to a file
//	apispec -check FILE  exits with 1 when the file is stale
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"

	"salon/cmd/apispec/spec"
)

func main() {
	output := flag.String("o", "", "write to `FILE`")
	check := flag.String("check", "", "compare with `FILE`")
	flag.Parse()
	if err := run(*output, *check); err != nil {
		fmt.Fprintln(os.Stderr, "apispec:", err)
		os.Exit(1)
	}
}

func run(output, check string) error {
	text, err := spec.Write()
	switch {
	case err != nil:
		return err
	case check != "":
		return compare(check, text)
	case output != "":
		return os.WriteFile(output, text, 0o644)
	}
	_, err = os.Stdout.Write(text)
	return err
}

func compare(name string, text []byte) error {
	have, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if !bytes.Equal(have, text) {
		return errors.New(name + " is stale: run make gen")
	}
	return nil
}
