package io.meseta.master.http;

import io.meseta.api.operator.v1.Response;
import io.meseta.api.operator.v1.Response.ExplainAllocation;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Scalar;
import io.meseta.master.allocation.Explained;
import io.meseta.master.allocation.Explanation;
import io.meseta.master.allocation.RefusalKind;
import io.meseta.master.allocation.RefusalReason;
import io.meseta.master.allocation.RoleExplanation;
import io.meseta.master.allocation.RoleQuota;
import io.meseta.master.allocation.Standing;
import io.meseta.master.allocation.Summary;
import io.meseta.master.allocation.Waiting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** The answer of EXPLAIN_ALLOCATION: what {@link ExplainJson} shows, as a message. */
final class ExplainMessages {

  private ExplainMessages() {}

  static Response response(Instant at, Explained explained) {
    ExplainAllocation.Builder answer = ExplainAllocation.newBuilder().setAt(at.toString());
    switch (explained) {
      case Explanation explanation -> framework(explanation, answer);
      case RoleExplanation role -> role(role, answer);
    }
    return Response.newBuilder()
        .setType(Response.Type.EXPLAIN_ALLOCATION)
        .setExplainAllocation(answer)
        .build();
  }

  private static void framework(Explanation explanation, ExplainAllocation.Builder answer) {
    answer.setFrameworkId(explanation.framework().toProto());
    explanation.chances().forEach(chance -> answer.addChances(toProto(chance)));
    answer.addAllRolesLeftOut(explanation.leftOut());
  }

  private static void role(RoleExplanation role, ExplainAllocation.Builder answer) {
    answer
        .setRole(role.role())
        .addAllSummary(role.sentences())
        .addAllAllocated(amounts(role.allocated().asMap()))
        .addAllLine(line(role.line()))
        .addAllQuotas(quotas(role.quotas()));
    role.waiting().forEach(waiting -> answer.addFrameworks(toProto(waiting)));
    role.chances().forEach(chance -> answer.addChances(toProto(chance)));
  }

  private static ExplainAllocation.Chance toProto(Explanation.Chance chance) {
    ExplainAllocation.Chance.Builder built =
        ExplainAllocation.Chance.newBuilder()
            .setFrameworkId(chance.framework().toProto())
            .setRole(chance.role())
            .addAllSummary(chance.sentences())
            .setWaiting(toProto(chance.waiting()))
            .addAllLine(line(chance.line()))
            .addAllQuotas(quotas(chance.quotas()))
            .setAgentsLeftOut(chance.leftOut());
    count(chance.summary(), built);
    chance.verdicts().forEach(verdict -> built.addAgents(toProto(verdict)));
    return built.build();
  }

  private static void count(Summary summary, ExplainAllocation.Chance.Builder built) {
    built.setAgentsSeen(summary.agents()).setAgentsOfferable(summary.offerable());
    summary
        .largest()
        .ifPresent(largest ->
            built
                .setLargestFreeAgentId(largest.agent().toProto())
                .addAllLargestFree(largest.resources().toProto(ReservationFormat.REFINED)));
    summary.fit().ifPresent(fit -> built.setFit(toProto(fit)));
    for (Summary.Count count : summary.reasons()) {
      built.addReasons(
          ExplainAllocation.KindCount.newBuilder()
              .setKind(word(count.kind()))
              .setAgents(count.agents()));
    }
  }

  private static ExplainAllocation.Fit toProto(Summary.Fit fit) {
    return ExplainAllocation.Fit.newBuilder()
        .addAllWanted(amounts(fit.wanted().asMap()))
        .setAgentsNow(fit.now())
        .setAgentsOfferable(fit.offerable())
        .setAgentsWhenEmpty(fit.whenEmpty())
        .build();
  }

  private static ExplainAllocation.AgentVerdict toProto(Explanation.Verdict verdict) {
    ExplainAllocation.AgentVerdict.Builder built =
        ExplainAllocation.AgentVerdict.newBuilder()
            .setAgentId(verdict.agent().toProto())
            .setOfferable(verdict.isOfferable())
            .addAllFree(verdict.offerable().toProto(ReservationFormat.REFINED));
    for (RefusalReason reason : verdict.reasons()) {
      built.addReasons(
          ExplainAllocation.Reason.newBuilder()
              .setKind(word(RefusalKind.of(reason)))
              .setText(reason.text()));
    }
    return built.build();
  }

  private static ExplainAllocation.Waiting toProto(Waiting waiting) {
    ExplainAllocation.Waiting.Builder built =
        ExplainAllocation.Waiting.newBuilder()
            .setFrameworkId(waiting.framework().toProto())
            .setOpenOffers(waiting.openOffers());
    waiting.wantingSince().ifPresent(at -> built.setWantingSince(at.toString()));
    waiting.waitingSince().ifPresent(at -> built.setWaitingSince(at.toString()));
    waiting.lastOffer().ifPresent(at -> built.setLastOffer(at.toString()));
    return built.build();
  }

  private static List<ExplainAllocation.Standing> line(List<Standing> line) {
    List<ExplainAllocation.Standing> all = new ArrayList<>();
    for (Standing standing : line) {
      ExplainAllocation.Standing.Builder built =
          ExplainAllocation.Standing.newBuilder()
              .setWho(standing.who())
              .setShare(standing.share())
              .setOf(standing.resource())
              .setWeight(standing.weight())
              .setContenders(standing.contenders())
              .addAllBefore(standing.before());
      standing.place().ifPresent(built::setPlace);
      all.add(built.build());
    }
    return all;
  }

  private static List<ExplainAllocation.RoleQuota> quotas(List<RoleQuota> quotas) {
    List<ExplainAllocation.RoleQuota> all = new ArrayList<>();
    for (RoleQuota quota : quotas) {
      all.add(
          ExplainAllocation.RoleQuota.newBuilder()
              .setRole(quota.role())
              .addAllGuarantees(amounts(quota.quota().guarantees().asMap()))
              .addAllLimits(amounts(quota.quota().limitsMilli()))
              .addAllConsumed(amounts(quota.consumed().asMap()))
              .addAllUnmet(amounts(quota.unmet().asMap()))
              .build());
    }
    return all;
  }

  private static List<ExplainAllocation.Amount> amounts(SortedMap<String, Long> milli) {
    List<ExplainAllocation.Amount> all = new ArrayList<>();
    milli.forEach((name, amount) ->
        all.add(
            ExplainAllocation.Amount.newBuilder()
                .setName(name)
                .setValue(new Scalar(amount).toDouble())
                .build()));
    return all;
  }

  private static String word(RefusalKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
