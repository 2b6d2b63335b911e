package io.meseta.master.http.read;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.api.v1.Value;
import io.meseta.common.codec.DecimalText;
import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.resources.Quantities;
import io.meseta.master.http.read.RoleSums.Sums;
import java.io.IOException;
import java.util.Map;

/** A role as {@code /roles} shows it. Amounts of nothing are left out there. */
final class RolesJson {

  private RolesJson() {}

  static void write(Sums role, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", role.name());
    json.writeFieldName("weight");
    DecimalText.writeMilli(role.weightMilli(), json);
    json.writeObjectFieldStart("quota");
    json.writeStringField("role", role.name());
    write("guarantee", role.quota().getGuaranteesMap(), json);
    write("limit", role.quota().getLimitsMap(), json);
    write("consumed", role.consumed(), json);
    json.writeEndObject();
    write("resources", role.allocated().plus(role.offered()), json);
    write("allocated", role.allocated(), json);
    write("offered", role.offered(), json);
    write("reserved", role.reserved(), json);
    json.writeArrayFieldStart("frameworks");
    for (String framework : role.frameworks()) {
      json.writeString(framework);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(String field, Quantities amounts, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, Long> amount : amounts.asMap().entrySet()) {
      if (amount.getValue() != 0) {
        json.writeFieldName(amount.getKey());
        DecimalText.writeMilli(amount.getValue(), json);
      }
    }
    json.writeEndObject();
  }

  private static void write(String field, Map<String, Value.Scalar> amounts, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, Value.Scalar> amount : amounts.entrySet()) {
      json.writeFieldName(amount.getKey());
      JsonPrinter.writeDouble(amount.getValue().getValue(), json);
    }
    json.writeEndObject();
  }
}
