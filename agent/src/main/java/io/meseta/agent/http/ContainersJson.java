package io.meseta.agent.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.pages.PageJson;
import java.io.IOException;
import java.util.List;

/** The pages of what containers use, in the form that Mesos's tools read. */
final class ContainersJson {

  private ContainersJson() {}

  /** {@code /monitor/statistics}. */
  static byte[] statistics(List<ContainerUsage.Usage> containers) {
    return array(containers, ContainersJson::writeUsage);
  }

  /** {@code /containers}: the same, and which containers they are. */
  static byte[] containers(List<ContainerUsage.Usage> containers) {
    return array(
        containers,
        (container, json) -> {
          json.writeStringField("container_id", container.executor().container().value());
          writeUsage(container, json);
          json.writeFieldName("status");
          JsonPrinter.write(container.status(), json);
        });
  }

  private interface Entry {
    void write(ContainerUsage.Usage container, JsonGenerator json) throws IOException;
  }

  private static byte[] array(List<ContainerUsage.Usage> containers, Entry entry) {
    return PageJson.render(json -> {
      json.writeStartArray();
      for (ContainerUsage.Usage container : containers) {
        json.writeStartObject();
        entry.write(container, json);
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  private static void writeUsage(ContainerUsage.Usage container, JsonGenerator json)
      throws IOException {
    ShownExecutor executor = container.executor();
    json.writeStringField("executor_id", executor.id().value());
    json.writeStringField("executor_name", executor.name());
    json.writeStringField("framework_id", executor.framework().value());
    json.writeStringField("source", executor.source());
    json.writeFieldName("statistics");
    JsonPrinter.write(container.statistics(), json);
  }
}
