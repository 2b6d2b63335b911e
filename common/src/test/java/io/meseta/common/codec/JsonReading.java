package io.meseta.common.codec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** How tests read JSON, and see that it is refused. */
final class JsonReading {

  private JsonReading() {}

  static <M extends Message> M readAs(M prototype, String json) throws DecodeException {
    return JsonReader.read(json.getBytes(StandardCharsets.UTF_8), prototype);
  }

  static void assertRefused(ThrowingCallable reading, String... parts) {
    assertThatThrownBy(reading).isInstanceOf(DecodeException.class).hasMessageContainingAll(parts);
  }
}
