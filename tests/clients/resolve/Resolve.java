import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Reads values by a writer's and a reader's schema, and writes what it understood by the reader's alone; one case a line. */
public final class Resolve {
  public static void main(String[] arguments) throws IOException {
    ObjectMapper json = new ObjectMapper();
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = input.readLine()) != null; ) {
      System.out.println(answer(json.readTree(line)));
    }
  }

  private static String answer(JsonNode wanted) {
    try {
      Schema writer = new Schema.Parser().parse(wanted.get("writer").asText());
      Schema reader = new Schema.Parser().parse(wanted.get("reader").asText());
      byte[] value = Base64.getDecoder().decode(wanted.get("value").asText());
      return Base64.getEncoder().encodeToString(resolved(writer, reader, value));
    } catch (RuntimeException | IOException error) {
      return "error: " + error;
    }
  }

  private static byte[] resolved(Schema writer, Schema reader, byte[] value) throws IOException {
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, null);
    Object record = new GenericDatumReader<>(writer, reader).read(null, decoder);
    if (!decoder.isEnd()) {
      throw new IOException("bytes are left over");
    }
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(again, null);
    new GenericDatumWriter<>(reader).write(record, encoder);
    encoder.flush();
    return again.toByteArray();
  }
}
