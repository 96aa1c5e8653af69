package client;

import io.apicurio.registry.rest.client.exception.NotFoundException;
import io.apicurio.registry.serde.Legacy4ByteIdHandler;
import io.apicurio.registry.serde.SerdeConfig;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerdeConfig;
import io.apicurio.registry.serde.config.IdOption;
import io.apicurio.rest.client.error.ApicurioRestClientException;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.util.ClassSecurityValidator;

/** Reads values in the Confluent wire format (byte 0, schema id, Avro) as the classes that this program was built with. */
final class Decoder implements AutoCloseable {
  static {
    // Avro makes objects of no class that it was not told to trust.
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), type -> type.getPackageName().equals("news.eventstreams")));
  }

  private final AvroKafkaDeserializer<Object> deserializer = new AvroKafkaDeserializer<>();

  Decoder(String registryUrl) {
    deserializer.configure(
        Map.of(
            // Apicurio's serde speaks the registry's own interface, which stands beside the one that is Confluent's.
            SerdeConfig.REGISTRY_URL, registryUrl.replace("/apis/ccompat/v7", "/apis/registry/v2"),
            // Ids as Confluent writes them.
            SerdeConfig.ID_HANDLER, Legacy4ByteIdHandler.class,
            SerdeConfig.USE_ID, IdOption.contentId.name(),
            // What an id stands for never changes.
            SerdeConfig.CHECK_PERIOD_MS, Duration.ofDays(1).toMillis(),
            AvroKafkaSerdeConfig.USE_SPECIFIC_AVRO_READER, true),
        false);
  }

  /** The event; fields that came after the classes are skipped, and symbols that came after them are the enum's default, UNKNOWN. */
  <E> E decode(byte[] value, Class<E> type) throws NoEventException {
    Object decoded;
    try {
      decoded = deserializer.deserialize(null, value);
    } catch (NotFoundException error) {
      throw new NoEventException("its schema is not registered");
    } catch (ApicurioRestClientException away) {
      throw away;
    } catch (RuntimeException error) {
      // Whatever else goes wrong lies in the bytes: Avro has no one exception for them.
      throw new NoEventException(error.toString());
    }
    if (!type.isInstance(decoded)) {
      throw new NoEventException("it holds no " + type.getSimpleName());
    }
    return type.cast(decoded);
  }

  @Override
  public void close() {
    deserializer.close();
  }
}
