// Prints a line for each event. With -until-end it stops when it has read what is there now.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sr"
)

const (
	group      = "example-go"
	remembered = 10_000 // ids; a repeat comes soon after the first, in the same partition
)

// What is read from each topic.
var types = map[string]func() event{
	"events.funding-gap":    func() event { return &fundingGap{} },
	"events.weapons-pledge": func() event { return &weaponsPledge{} },
	"events.talks-round":    func() event { return &talksRound{} },
}

type event interface {
	id() string
	line() string
}

func main() {
	untilEnd := flag.Bool("until-end", false, "stop when everything that is there now was read")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := consume(ctx, *untilEnd); err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

func consume(ctx context.Context, untilEnd bool) error {
	registry, err := sr.NewClient(sr.URLs(setting("STREAMS_REGISTRY_URL", "http://127.0.0.1:8081/apis/ccompat/v7")))
	if err != nil {
		return err
	}
	prefix := setting("STREAMS_TOPIC_PREFIX", "")
	var topics []string
	for name := range types {
		topics = append(topics, prefix+name)
	}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(setting("STREAMS_BOOTSTRAP_SERVERS", "127.0.0.1:9092")),
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(topics...),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(),
		kgo.BlockRebalanceOnPoll(), // so that no partition is taken away between handling and committing
	)
	if err != nil {
		return err
	}
	defer client.CloseAllowingRebalance()

	decoder := newDecoder(registry)
	seen := newSeen(remembered)
	for {
		fetches := poll(ctx, client)
		if err := fetches.Err0(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		for records := fetches.RecordIter(); !records.Done(); {
			record := records.Next()
			topic := record.Topic[len(prefix):]
			event := types[topic]()
			err := decoder.decode(ctx, record.Value, topic, event)
			if errors.Is(err, errNoEvent) {
				log.Printf("%s[%d] offset %d is passed over: %v", record.Topic, record.Partition, record.Offset, err)
				continue
			}
			if err != nil {
				return err // not committed: the next start reads it again
			}
			if seen.isNew(event.id()) {
				fmt.Println(event.line()) // your work goes here
			}
		}
		if err := client.CommitUncommittedOffsets(ctx); err != nil {
			return err
		}
		client.AllowRebalance()
		if untilEnd {
			if done, err := caughtUp(ctx, kadm.NewClient(client), topics); done || err != nil {
				return err
			}
		}
	}
}

func poll(ctx context.Context, client *kgo.Client) kgo.Fetches {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return client.PollFetches(ctx)
}

// caughtUp says whether the group has committed all that lies in the topics.
func caughtUp(ctx context.Context, admin *kadm.Client, topics []string) (bool, error) {
	starts, err := admin.ListStartOffsets(ctx, topics...)
	if err != nil {
		return false, err
	}
	ends, err := admin.ListEndOffsets(ctx, topics...)
	if err != nil {
		return false, err
	}
	committed, err := admin.FetchOffsets(ctx, group)
	if err != nil {
		return false, err
	}
	done := true
	ends.Each(func(end kadm.ListedOffset) {
		start, _ := starts.Lookup(end.Topic, end.Partition)
		offset, found := committed.Lookup(end.Topic, end.Partition)
		done = done && (start.Offset == end.Offset || found && offset.At >= end.Offset)
	})
	return done, nil
}

// seen remembers the ids of the last records, so that an event that was written twice is handled once.
type seen struct {
	ids  map[string]bool
	ring []string
	next int
}

func newSeen(size int) *seen {
	return &seen{ids: map[string]bool{}, ring: make([]string, size)}
}

func (s *seen) isNew(id string) bool {
	if s.ids[id] {
		return false
	}
	delete(s.ids, s.ring[s.next])
	s.ids[id], s.ring[s.next] = true, id
	s.next = (s.next + 1) % len(s.ring)
	return true
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
