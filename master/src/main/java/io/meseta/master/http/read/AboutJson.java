package io.meseta.master.http.read;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.api.v1.MasterInfo;
import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.pages.PageJson;
import io.meseta.common.runtime.Version;
import io.meseta.master.http.AboutMaster;
import io.meseta.master.view.AgentView.Standing;
import io.meseta.master.view.ClusterTotals;
import io.meseta.master.view.MasterView;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What pages say of the master itself. */
final class AboutJson {

  /** What masters of this cluster can, in the words of Mesos. */
  private static final List<String> CAPABILITIES =
      List.of("AGENT_UPDATE", "AGENT_DRAINING", "QUOTA_V2");

  private static final DateTimeFormatter BUILD_DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private AboutJson() {}

  static String buildDate(Instant at) {
    return BUILD_DATE.format(at);
  }

  /** The fields of {@code /version}. */
  static void writeBuild(AboutMaster about, JsonGenerator json) throws IOException {
    json.writeStringField("version", Version.OF_API);
    json.writeStringField("meseta_version", about.version());
    json.writeStringField("build_date", buildDate(Version.builtAt()));
    PageJson.writeTime("build_time", Version.builtAt(), json);
  }

  static void writeFlags(AboutMaster about, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("flags");
    for (Map.Entry<String, String> flag : about.flags().entrySet()) {
      json.writeStringField(flag.getKey(), flag.getValue());
    }
    json.writeEndObject();
  }

  static MasterInfo self(MasterView view) {
    return view.leading().orElseThrow(() -> new IllegalStateException("this master does not lead"));
  }

  /** What comes before the agents in {@code /state}. */
  static void writeState(AboutMaster about, MasterView view, JsonGenerator json)
      throws IOException {
    MasterInfo self = self(view);
    writeBuild(about, json);
    PageJson.writeTime("start_time", about.startedAt(), json);
    PageJson.writeTime("elected_time", view.leadingSince(), json);
    json.writeStringField("id", self.getId());
    json.writeStringField("pid", self.getPid());
    json.writeStringField("hostname", self.getHostname());
    if (self.hasDomain()) {
      json.writeFieldName("domain");
      JsonPrinter.write(self.getDomain(), json);
    }
    writeCluster(about, json);
    writeFlag("log_dir", about, json);
    writeFlag("external_log_file", about, json);
    json.writeArrayFieldStart("capabilities");
    for (String capability : CAPABILITIES) {
      json.writeString(capability);
    }
    json.writeEndArray();
    writeCounts(view.totals(), json);
    json.writeStringField("leader", self.getPid());
    json.writeObjectFieldStart("leader_info");
    json.writeStringField("id", self.getId());
    json.writeStringField("pid", self.getPid());
    json.writeNumberField("port", self.getPort());
    json.writeStringField("hostname", self.getHostname());
    json.writeEndObject();
    writeFlags(about, json);
  }

  /** The name that an operator gave the cluster, if one did. */
  static void writeCluster(AboutMaster about, JsonGenerator json) throws IOException {
    writeFlag("cluster", about, json);
  }

  /** A field with a flag's name and value, if it was given. */
  private static void writeFlag(String flag, AboutMaster about, JsonGenerator json)
      throws IOException {
    String value = about.flags().get(flag);
    if (value != null) {
      json.writeStringField(flag, value);
    }
  }

  private static void writeCounts(ClusterTotals totals, JsonGenerator json) throws IOException {
    int inactive = totals.deactivatedAgents();
    writeCount("activated_slaves", totals.agents(Standing.CONNECTED) - inactive, json);
    writeCount("deactivated_slaves", inactive + totals.agents(Standing.DISCONNECTED), json);
    writeCount("unreachable_slaves", totals.agents(Standing.UNREACHABLE), json);
  }

  private static void writeCount(String field, int count, JsonGenerator json) throws IOException {
    json.writeFieldName(field);
    JsonPrinter.writeDouble(count, json);
  }
}
