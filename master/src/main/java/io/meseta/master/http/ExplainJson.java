package io.meseta.master.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.common.pages.LegacyResources;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Scalar;
import io.meseta.master.allocation.Explained;
import io.meseta.master.allocation.Explanation;
import io.meseta.master.allocation.Quota;
import io.meseta.master.allocation.RefusalKind;
import io.meseta.master.allocation.RefusalReason;
import io.meseta.master.allocation.RoleExplanation;
import io.meseta.master.allocation.RoleQuota;
import io.meseta.master.allocation.Standing;
import io.meseta.master.allocation.Summary;
import io.meseta.master.allocation.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** The answer of {@code /explain}: everything as data, and beside it in words. */
final class ExplainJson {

  private final JsonGenerator json;

  private ExplainJson(JsonGenerator json) {
    this.json = json;
  }

  static byte[] render(Instant at, Explained explained) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("at", at.toString());
      ExplainJson page = new ExplainJson(json);
      switch (explained) {
        case Explanation explanation -> page.framework(explanation);
        case RoleExplanation role -> page.role(role);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private void framework(Explanation explanation) throws IOException {
    json.writeStringField("framework_id", explanation.framework().value());
    chances(explanation.chances());
    texts("roles_left_out", explanation.leftOut());
  }

  private void role(RoleExplanation role) throws IOException {
    json.writeStringField("role", role.role());
    texts("summary", role.sentences());
    quantities("allocated", role.allocated().asMap());
    line(role.line());
    quotas(role.quotas());
    json.writeArrayFieldStart("frameworks");
    for (Waiting waiting : role.waiting()) {
      json.writeStartObject();
      json.writeStringField("framework_id", waiting.framework().value());
      waiting(waiting);
      json.writeEndObject();
    }
    json.writeEndArray();
    chances(role.chances());
  }

  private void chances(List<Explanation.Chance> chances) throws IOException {
    json.writeArrayFieldStart("chances");
    for (Explanation.Chance chance : chances) {
      json.writeStartObject();
      json.writeStringField("framework_id", chance.framework().value());
      json.writeStringField("role", chance.role());
      texts("summary", chance.sentences());
      waiting(chance.waiting());
      line(chance.line());
      quotas(chance.quotas());
      counts(chance.summary());
      agents(chance);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void waiting(Waiting waiting) throws IOException {
    json.writeObjectFieldStart("waiting");
    json.writeNumberField("open_offers", waiting.openOffers());
    time("wanting_since", waiting.wantingSince());
    time("waiting_since", waiting.waitingSince());
    time("last_offer", waiting.lastOffer());
    json.writeEndObject();
  }

  /** Left out if there is none. */
  private void time(String field, Optional<Instant> at) throws IOException {
    if (at.isPresent()) {
      json.writeStringField(field, at.get().toString());
    }
  }

  private void line(List<Standing> line) throws IOException {
    json.writeArrayFieldStart("line");
    for (Standing standing : line) {
      json.writeStartObject();
      json.writeStringField("who", standing.who());
      json.writeNumberField("share", standing.share());
      json.writeStringField("of", standing.resource());
      json.writeNumberField("weight", standing.weight());
      if (standing.place().isPresent()) {
        json.writeNumberField("place", standing.place().getAsInt());
      }
      json.writeNumberField("contenders", standing.contenders());
      texts("before", standing.before());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void quotas(List<RoleQuota> quotas) throws IOException {
    json.writeArrayFieldStart("quotas");
    for (RoleQuota each : quotas) {
      Quota quota = each.quota();
      json.writeStartObject();
      json.writeStringField("role", each.role());
      quantities("guarantees", quota.guarantees().asMap());
      quantities("limits", quota.limitsMilli());
      quantities("consumed", each.consumed().asMap());
      quantities("unmet", each.unmet().asMap());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void counts(Summary summary) throws IOException {
    json.writeNumberField("agents_seen", summary.agents());
    json.writeNumberField("agents_offerable", summary.offerable());
    if (summary.largest().isPresent()) {
      json.writeObjectFieldStart("largest_free");
      json.writeStringField("agent_id", summary.largest().get().agent().value());
      LegacyResources.write("resources", summary.largest().get().resources(), json);
      json.writeEndObject();
    }
    if (summary.fit().isPresent()) {
      fit(summary.fit().get());
    }
    json.writeArrayFieldStart("reasons");
    for (Summary.Count count : summary.reasons()) {
      json.writeStartObject();
      json.writeStringField("kind", word(count.kind()));
      json.writeNumberField("agents", count.agents());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void fit(Summary.Fit fit) throws IOException {
    json.writeObjectFieldStart("fit");
    Quantities wanted = fit.wanted();
    quantities("wanted", wanted.asMap());
    json.writeNumberField("agents_now", fit.now());
    json.writeNumberField("agents_offerable", fit.offerable());
    json.writeNumberField("agents_when_empty", fit.whenEmpty());
    json.writeEndObject();
  }

  private void agents(Explanation.Chance chance) throws IOException {
    json.writeArrayFieldStart("agents");
    for (Explanation.Verdict verdict : chance.verdicts()) {
      json.writeStartObject();
      json.writeStringField("agent_id", verdict.agent().value());
      json.writeBooleanField("offerable", verdict.isOfferable());
      LegacyResources.write("free", verdict.offerable(), json);
      json.writeArrayFieldStart("reasons");
      for (RefusalReason reason : verdict.reasons()) {
        json.writeStartObject();
        json.writeStringField("kind", word(RefusalKind.of(reason)));
        json.writeStringField("text", reason.text());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("agents_left_out", chance.leftOut());
  }

  private static String word(RefusalKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private void quantities(String field, SortedMap<String, Long> milli) throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, Long> amount : milli.entrySet()) {
      json.writeNumberField(amount.getKey(), new Scalar(amount.getValue()).toDouble());
    }
    json.writeEndObject();
  }

  private void texts(String field, List<String> texts) throws IOException {
    json.writeArrayFieldStart(field);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
