package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/twmb/avro"
	"github.com/twmb/franz-go/pkg/sr"

	"news-events-client/events"
)

var errNoEvent = errors.New("no event of this topic")

// decoder reads values in the Confluent wire format (byte 0, schema id, Avro) as the version that this program was built with.
type decoder struct {
	registry *sr.Client
	resolved map[resolution]*avro.Schema
}

// resolution is what has to be worked out once: how records of a writer's schema are read as our version of a topic's.
type resolution struct {
	writer int
	topic  string
}

func newDecoder(registry *sr.Client) *decoder {
	return &decoder{registry, map[resolution]*avro.Schema{}}
}

func (d *decoder) decode(ctx context.Context, value []byte, topic string, into event) error {
	id, body, err := new(sr.ConfluentHeader).DecodeID(value)
	if err != nil {
		return fmt.Errorf("%w: %v", errNoEvent, err)
	}
	schema, err := d.schema(ctx, resolution{id, topic})
	if err != nil {
		return err
	}
	if _, err := schema.Decode(body, into); err != nil {
		return fmt.Errorf("%w: %v", errNoEvent, err)
	}
	return nil
}

// schema gives the schema by which a writer's records are read: fields that came later are skipped, and enum symbols that came later are
// the enum's default, UNKNOWN.
func (d *decoder) schema(ctx context.Context, key resolution) (*avro.Schema, error) {
	if schema, ok := d.resolved[key]; ok {
		return schema, nil
	}
	found, err := d.registry.SchemaByID(ctx, key.writer)
	var refused *sr.ResponseError
	if errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("%w: schema %d is not registered", errNoEvent, key.writer)
	} else if err != nil {
		return nil, err
	}
	reader, err := avro.Parse(events.Schema(strings.TrimPrefix(key.topic, "events.")))
	if err != nil {
		return nil, err
	}
	writer, err := avro.Parse(found.Schema)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errNoEvent, err)
	}
	schema, err := avro.Resolve(writer, reader)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errNoEvent, err)
	}
	d.resolved[key] = schema
	return schema, nil
}
