package client;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import news.eventstreams.FundingGap;
import news.eventstreams.TalksRound;
import news.eventstreams.WeaponsPledge;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Prints a line for each event. With {@code --until-end} it stops when it has read what is there now. */
public final class Consume {
  /** Ids; a repeat comes soon after the first, in the same partition. */
  private static final int REMEMBERED = 10_000;

  /** What is read from a topic. */
  private record Kind<E>(Class<E> type, Function<E, String> id, Function<E, String> line) {}

  private static final Map<String, Kind<?>> KINDS =
      Map.of(
          "events.funding-gap", new Kind<>(FundingGap.class, FundingGap::getId, Lines::fundingGap),
          "events.weapons-pledge", new Kind<>(WeaponsPledge.class, WeaponsPledge::getId, Lines::weaponsPledge),
          "events.talks-round", new Kind<>(TalksRound.class, TalksRound::getId, Lines::talksRound));

  private final Set<String> seen =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });

  private final Decoder decoder;

  private Consume(Decoder decoder) {
    this.decoder = decoder;
  }

  public static void main(String[] arguments) {
    boolean untilEnd = List.of(arguments).contains("--until-end");
    String prefix = setting("STREAMS_TOPIC_PREFIX", "");
    Map<String, Kind<?>> kinds =
        KINDS.entrySet().stream().collect(Collectors.toMap(kind -> prefix + kind.getKey(), Map.Entry::getValue));
    Map<String, Object> configuration =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, setting("STREAMS_BOOTSTRAP_SERVERS", "127.0.0.1:9092"),
            ConsumerConfig.GROUP_ID_CONFIG, "example-java",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    try (Decoder decoder = new Decoder(setting("STREAMS_REGISTRY_URL", "http://127.0.0.1:8081/apis/ccompat/v7"));
        // Bytes, because an error in a deserializer of Kafka's own would not tell a bad record from a registry that is away.
        var consumer = new KafkaConsumer<>(configuration, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      stopOnSignal(consumer);
      consumer.subscribe(kinds.keySet());
      Consume program = new Consume(decoder);
      while (!(untilEnd && isAtEnd(consumer))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          program.handle(record, kinds.get(record.topic()));
        }
        consumer.commitSync(); // what failed above is not committed: the next start reads it again
      }
    } catch (WakeupException stopped) {
      // What was printed since the last commit comes once more.
    }
  }

  private <E> void handle(ConsumerRecord<byte[], byte[]> record, Kind<E> kind) {
    try {
      E event = decoder.decode(record.value(), kind.type());
      if (seen.add(kind.id().apply(event))) {
        System.out.println(kind.line().apply(event)); // your work goes here
      }
    } catch (NoEventException reason) {
      System.err.printf(
          "%s[%d] offset %d is passed over: %s%n", record.topic(), record.partition(), record.offset(), reason.getMessage());
    }
  }

  private static boolean isAtEnd(KafkaConsumer<?, ?> consumer) {
    var ends = consumer.endOffsets(consumer.assignment());
    return !ends.isEmpty() && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** Let the loop end, and the group be left, before the machine does. */
  private static void stopOnSignal(KafkaConsumer<?, ?> consumer) {
    Thread loop = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  consumer.wakeup();
                  try {
                    loop.join();
                  } catch (InterruptedException gone) {
                    Thread.currentThread().interrupt();
                  }
                }));
  }

  private static String setting(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }
}
