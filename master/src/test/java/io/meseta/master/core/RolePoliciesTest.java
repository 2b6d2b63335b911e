package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.WeightInfo;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.api.v1.quota.QuotaRequest;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.master.registry.v1.RoleRecord;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Weights and quotas, as operators set them. */
class RolePoliciesTest {

  private final CoreContext master = CoreContext.leading();

  private static Call.Builder weight(String role, double weight) {
    Call.Builder call = Call.newBuilder().setType(Call.Type.UPDATE_WEIGHTS);
    call.getUpdateWeightsBuilder()
        .addWeightInfos(WeightInfo.newBuilder().setRole(role).setWeight(weight));
    return call;
  }

  private static Value.Scalar scalar(double value) {
    return Value.Scalar.newBuilder().setValue(value).build();
  }

  private static Call.Builder quota(QuotaConfig.Builder... configs) {
    Call.Builder call = Call.newBuilder().setType(Call.Type.UPDATE_QUOTA);
    for (QuotaConfig.Builder config : configs) {
      call.getUpdateQuotaBuilder().addQuotaConfigs(config);
    }
    return call;
  }

  private static QuotaConfig.Builder limit(String role, double cpus) {
    return QuotaConfig.newBuilder().setRole(role).putLimits("cpus", scalar(cpus));
  }

  private static QuotaConfig.Builder guarantee(String role, double cpus) {
    return QuotaConfig.newBuilder().setRole(role).putGuarantees("cpus", scalar(cpus));
  }

  private static Call.Builder setQuota(String role, double cpus) {
    Call.Builder call = newSetQuota();
    setQuotaBuilder(call)
        .setRole(role)
        .addGuarantee(
            Resource.newBuilder()
                .setName("cpus")
                .setType(Value.Type.SCALAR)
                .setScalar(scalar(cpus)));
    return call;
  }

  @SuppressWarnings("deprecation") // As older tools send it.
  private static Call.Builder newSetQuota() {
    return Call.newBuilder().setType(Call.Type.SET_QUOTA);
  }

  @SuppressWarnings("deprecation") // As older tools send it.
  private static QuotaRequest.Builder setQuotaBuilder(Call.Builder call) {
    return call.getSetQuotaBuilder().getQuotaRequestBuilder();
  }

  @SuppressWarnings("deprecation") // As older tools send it.
  private static Call.Builder removeQuota(String role) {
    return Call.newBuilder()
        .setType(Call.Type.REMOVE_QUOTA)
        .setRemoveQuota(Call.RemoveQuota.newBuilder().setRole(role));
  }

  @Test
  void theOlderKindOfQuotaIsGuaranteeAndLimit() {
    master.addAgent("a");

    assertThat(master.operate(setQuota("web", 2))).isEqualTo(200);

    assertThat(master.snapshot().roles())
        .singleElement()
        .satisfies(record -> {
          assertThat(record.getQuota().getGuaranteesMap()).containsEntry("cpus", scalar(2));
          assertThat(record.getQuota().getLimitsMap()).containsEntry("cpus", scalar(2));
        });
    assertThat(master.operate(setQuota("web", 1))).as("it has one").isEqualTo(400);
    assertThat(master.operate(setQuota("db", 100))).as("more than there is").isEqualTo(409);
    Call.Builder forced = setQuota("db", 100);
    setQuotaBuilder(forced).setForce(true);
    assertThat(master.operate(forced)).isEqualTo(200);
    assertThat(master.operate(removeQuota("web"))).isEqualTo(200);
    assertThat(master.operate(removeQuota("web"))).as("it has none").isEqualTo(400);
  }

  /** All that it was told until the next cycle is over. */
  private List<Event> told(Client client) {
    master.pass(Duration.ofSeconds(2));
    return client.events();
  }

  private static double cpus(List<Event> events) {
    return events.stream()
        .flatMap(event -> event.getOffers().getOffersList().stream())
        .flatMap(offer -> offer.getResourcesList().stream())
        .filter(resource -> resource.getName().equals("cpus"))
        .mapToDouble(resource -> resource.getScalar().getValue())
        .sum();
  }

  @SuppressWarnings("deprecation") // A framework without MULTI_ROLE writes the older field.
  private Client inRole(String role) {
    return master.connect(Messages.partitionAware(role).setRole(role).build());
  }

  @Test
  void aLimitCutsOffersFromTheNextCycleOn() {
    Client client = inRole("web");
    master.addAgent("h");
    assertThat(cpus(told(client))).isEqualTo(4);

    assertThat(master.operate(quota(limit("web", 1.5)))).isEqualTo(200);

    List<Event> events = told(client);
    assertThat(events).anyMatch(Event::hasRescind);
    assertThat(cpus(events)).isEqualTo(1.5);
  }

  @Test
  void openOffersAreTakenBackWhenAPolicyChanges() {
    Client client = inRole("web");
    master.addAgent("h");
    assertThat(cpus(told(client))).isEqualTo(4);

    assertThat(master.operate(weight("web", 2))).isEqualTo(200);

    List<Event> events = told(client);
    assertThat(events).anyMatch(Event::hasRescind);
    assertThat(cpus(events)).isEqualTo(4);
    assertThat(master.operate(weight("web", 2))).as("as it is already").isEqualTo(200);
    assertThat(told(client)).isEmpty();
  }

  @Test
  void whatIsToldIsKeptForTheNextLeaderAndForgottenWithItsDefault() {
    master.operate(weight("a/b", 0.5));
    master.addAgent("h");
    master.operate(quota(limit("a", 3), guarantee("b", 1)));
    assertThat(master.snapshot().roles())
        .extracting(RoleRecord::getName)
        .containsExactly("a", "a/b", "b");

    master.failover();
    master.operate(weight("a/b", 1));
    master.operate(
        quota(QuotaConfig.newBuilder().setRole("a"), QuotaConfig.newBuilder().setRole("b")));

    assertThat(master.snapshot().roles()).isEmpty();
  }

  @Test
  void aGuaranteeThatTheClusterCannotKeepIsSetByForceOnly() {
    master.addAgent("h");
    assertThat(master.operate(quota(guarantee("web", 5)))).isEqualTo(400);
    assertThat(master.snapshot().roles()).isEmpty();
    Call.Builder forced = quota(guarantee("web", 5));
    forced.getUpdateQuotaBuilder().setForce(true);
    assertThat(master.operate(forced)).isEqualTo(200);
    assertThat(master.snapshot().roles()).hasSize(1);
  }

  @Test
  void guaranteesBelowARoleLieWithinItsOwn() {
    master.addAgent("h");
    assertThat(master.operate(quota(guarantee("a", 2), guarantee("a/b", 1), guarantee("a/c", 1))))
        .isEqualTo(200);
    assertThat(master.operate(quota(guarantee("a/d", 1)))).isEqualTo(400);
    assertThat(master.operate(quota(guarantee("a", 1)))).isEqualTo(400);
    assertThat(master.operate(quota(guarantee("b", 2)))).as("4 of 4 cpus").isEqualTo(200);
    assertThat(master.operate(quota(guarantee("c", 0.1)))).isEqualTo(400);
  }

  @Test
  void aLimitBelowWhatTheRoleHasIsSetByForceOnly() {
    Client client = inRole("web");
    master.addAgentRunning(client, "t");

    assertThat(master.operate(quota(limit("web", 0.01)))).isEqualTo(400);
    Call.Builder forced = quota(limit("web", 0.01));
    forced.getUpdateQuotaBuilder().setForce(true);
    assertThat(master.operate(forced)).isEqualTo(200);
    assertThat(cpus(told(client))).isZero();
  }

  @Test
  void whatTheRegistryCannotTakeAtOnceIsRefusedAndChangesNothing() {
    Call.Builder tooMany = weight("role", 2);
    for (int i = 0; i < 10_000; i++) {
      tooMany
          .getUpdateWeightsBuilder()
          .addWeightInfos(WeightInfo.newBuilder().setRole("role-" + i).setWeight(2));
    }

    assertThat(master.operate(tooMany)).isEqualTo(400);

    assertThat(master.effects(MasterEffect.StepDown.class)).isEmpty();
    assertThat(master.snapshot().roles()).isEmpty();
    assertThat(master.operate(weight("role", 2))).isEqualTo(200);
    assertThat(master.snapshot().roles()).hasSize(1);
  }
}
