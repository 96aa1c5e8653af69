// Reads values by a writer's and a reader's schema, and writes what it understood by the reader's alone; one case a line.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/twmb/avro"
)

type wanted struct {
	Writer string `json:"writer"`
	Reader string `json:"reader"`
	Value  []byte `json:"value"` // base64, as JSON has it
}

func main() {
	for cases := json.NewDecoder(os.Stdin); ; {
		var next wanted
		if err := cases.Decode(&next); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		again, err := resolved(next)
		if err != nil {
			fmt.Printf("error: %q\n", err)
			continue
		}
		answer, _ := json.Marshal(again)
		fmt.Printf("%s\n", answer[1:len(answer)-1])
	}
}

func resolved(next wanted) ([]byte, error) {
	writer, err := avro.Parse(next.Writer)
	if err != nil {
		return nil, err
	}
	reader, err := avro.Parse(next.Reader)
	if err != nil {
		return nil, err
	}
	schema, err := avro.Resolve(writer, reader)
	if err != nil {
		return nil, err
	}
	var record any
	if rest, err := schema.Decode(next.Value, &record); err != nil {
		return nil, err
	} else if len(rest) > 0 {
		return nil, errors.New("bytes are left over")
	}
	return reader.Encode(record)
}
