package io.meseta.common.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

/** The one Jackson factory of this package. */
final class Json {
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Names come from strangers: they are not kept in the JVM's table of strings.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Codec.MAX_DEPTH)
                  // A TaskInfo's data may be long. The body as a whole is limited before it gets
                  // here.
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          // Characters beyond the first 65,536 as they are, and not as two escapes.
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build()
          .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  private Json() {}
}
