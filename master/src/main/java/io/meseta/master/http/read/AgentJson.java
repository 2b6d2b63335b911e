package io.meseta.master.http.read;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.Resource;
import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.pages.AgentCapabilities;
import io.meseta.common.pages.LegacyResources;
import io.meseta.common.pages.PageJson;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import io.meseta.common.runtime.Version;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.AgentView.Standing;
import java.io.IOException;

/** An agent as legacy pages show it, where it is called a slave. */
final class AgentJson {

  private static final SerializedString ID = new SerializedString("id");
  private static final SerializedString HOSTNAME = new SerializedString("hostname");
  private static final SerializedString PORT = new SerializedString("port");
  private static final SerializedString ATTRIBUTES = new SerializedString("attributes");
  private static final SerializedString PID = new SerializedString("pid");
  private static final SerializedString CAPABILITIES = new SerializedString("capabilities");

  private AgentJson() {}

  /** Whether it belongs into the list of slaves. */
  static boolean isListed(AgentView agent) {
    return agent.standing() == Standing.CONNECTED || agent.standing() == Standing.DISCONNECTED;
  }

  /** As {@code /state} has it. */
  static void write(AgentView agent, JsonGenerator json) throws IOException {
    json.writeStartObject();
    writeFields(agent, json);
    json.writeEndObject();
  }

  static void writeFields(AgentView agent, JsonGenerator json) throws IOException {
    writeWhich(agent, json);
    PageJson.writeTime("registered_time", agent.registeredAt(), json);
    if (agent.reregisteredAt().isPresent()) {
      PageJson.writeTime("reregistered_time", agent.reregisteredAt().get(), json);
    }
    LegacyResources.write("resources", agent.total(), json);
    LegacyResources.write("used_resources", agent.used(), json);
    LegacyResources.write("offered_resources", agent.offered(), json);
    json.writeObjectFieldStart("reserved_resources");
    for (String role : LegacyResources.reservedRoles(agent.total())) {
      LegacyResources.write(role, agent.total().reserved(role), json);
    }
    json.writeEndObject();
    LegacyResources.write("unreserved_resources", agent.total().unreserved(), json);
    json.writeBooleanField("active", agent.isActive());
    json.writeBooleanField("deactivated", agent.deactivated());
    if (agent.degraded().isPresent()) {
      json.writeStringField("degraded", agent.degraded().get());
    }
    if (agent.draining().isPresent()) {
      AgentView.Draining draining = agent.draining().get();
      json.writeFieldName("drain_info");
      JsonPrinter.write(draining.info(), json);
      PageJson.writeTime("estimated_drain_start_time_seconds", draining.since(), json);
    }
    json.writeStringField("version", Version.OF_API);
    json.writeStringField("meseta_version", agent.version());
    json.writeFieldName(CAPABILITIES);
    json.writeStartArray();
    for (String capability : AgentCapabilities.NAMES) {
      json.writeString(capability);
    }
    json.writeEndArray();
  }

  private static void writeWhich(AgentView agent, JsonGenerator json) throws IOException {
    json.writeFieldName(ID);
    json.writeString(agent.info().getId().getValue());
    json.writeFieldName(HOSTNAME);
    json.writeString(agent.info().getHostname());
    json.writeFieldName(PORT);
    json.writeNumber(agent.info().getPort());
    json.writeFieldName(ATTRIBUTES);
    json.writeStartObject();
    for (Attribute attribute : agent.info().getAttributesList()) {
      LegacyResources.write(attribute, json);
    }
    json.writeEndObject();
    if (agent.info().hasDomain()) {
      json.writeFieldName("domain");
      JsonPrinter.write(agent.info().getDomain(), json);
    }
    json.writeFieldName(PID);
    json.writeString(agent.pid());
  }

  /**
   * As {@code /slaves} has it: with everything that has to be said to unreserve something, or to
   * destroy a volume.
   */
  static void writeInFull(AgentView agent, JsonGenerator json) throws IOException {
    json.writeStartObject();
    writeFields(agent, json);
    json.writeObjectFieldStart("reserved_resources_full");
    for (String role : LegacyResources.reservedRoles(agent.total())) {
      writeFull(role, agent.total().reserved(role), json);
    }
    json.writeEndObject();
    writeFull("unreserved_resources_full", agent.total().unreserved(), json);
    writeFull("used_resources_full", agent.used(), json);
    writeFull("offered_resources_full", agent.offered(), json);
    json.writeEndObject();
  }

  private static void writeFull(String field, Resources resources, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (Resource resource : resources.toProto(ReservationFormat.REFINED)) {
      JsonPrinter.write(resource, json);
    }
    json.writeEndArray();
  }
}
