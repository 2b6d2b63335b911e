package io.meseta.testkit.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.FuzzRun;
import io.meseta.common.testing.RawClient;
import io.meseta.master.Master;
import io.meseta.master.view.MasterView;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of requests that are nearly right, against a master that leads: each is refused with a
 * reason, nothing changes, nothing is kept, and a framework that was there before goes on.
 */
class MasterFuzzIT {

  private static final long MAX_GROWTH_BYTES = 24L * 1024 * 1024;

  @TempDir Path workDir;

  @Test
  void everyRequestIsRefusedWithAReasonAndNothingElseHappens() throws Exception {
    try (LoopbackCluster cluster = new LoopbackCluster()) {
      Master master = cluster.leader();
      cluster.agentWithoutEngine(workDir);
      try (WireFramework framework =
          WireFramework.subscribe(master.port(), MediaType.JSON, WireFramework.info("bystander"))) {
        rest(framework);
        FuzzRun fuzz =
            new FuzzRun(
                master.port(),
                seed -> new FuzzedMasterCalls(seed, master.routes().keySet()).next());
        fuzz.send(0, FuzzRun.REQUESTS / 5);
        MasterView picture = master.view();
        long before = FuzzRun.usedBytes();
        fuzz.send(FuzzRun.REQUESTS / 5, FuzzRun.REQUESTS);
        assertThat(fuzz.wrong()).isEmpty();
        assertThat(FuzzRun.usedBytes() - before).isLessThan(MAX_GROWTH_BYTES);
        assertThat(master.view()).isEqualTo(picture);
        assertGoesOn(master, framework);
        // Were all refused for one and the same reason, little would have been tried.
        assertThat(fuzz.answers()).containsKeys(200, 400, 404, 405, 415, 501);
      }
    }
  }

  /** From now on it holds no offer and gets none, so that time alone changes nothing. */
  private static void rest(WireFramework framework) throws Exception {
    OfferID held = framework.nextOffer().getId();
    framework.accepted(Call.newBuilder().setType(Call.Type.SUPPRESS));
    framework.accepted(
        Call.newBuilder()
            .setType(Call.Type.DECLINE)
            .setDecline(Call.Decline.newBuilder().addOfferIds(held)));
  }

  private static void assertGoesOn(Master master, WireFramework framework) throws Exception {
    framework.accepted(Call.newBuilder().setType(Call.Type.REVIVE));
    framework.next(Event.Type.OFFERS);
    assertThat(RawClient.get(master.port(), "/health").status()).isEqualTo(200);
    framework.tearDown();
  }
}
