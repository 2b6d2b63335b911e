package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.acl.AclFormat;
import io.meseta.common.acl.Authorizer;
import io.meseta.master.registry.RegistrySnapshot;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose framework it is, and which roles it may have. */
class PrincipalTest {

  private final CoreContext master =
      new CoreContext(
          MasterSettings.DEFAULTS.withAuthorizer(
              AclFormat.parse(
                  "{\"permissive\": false, \"register_frameworks\": [{\"principals\":"
                      + " {\"values\": [\"app\", \"thief\"]}, \"roles\": {\"values\":"
                      + " [\"*\"]}}]}")));

  private String subscribe(FrameworkInfo info, String principal) {
    String stream = "s" + master.nextId();
    Call.Builder call =
        Call.newBuilder()
            .setType(Call.Type.SUBSCRIBE)
            .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info));
    if (info.hasId()) {
      call.setFrameworkId(info.getId());
    }
    master.handle(
        new MasterEvent.CallReceived(
            master.now,
            master.nextId(),
            stream,
            Optional.empty(),
            Optional.of(principal),
            call.build()));
    return stream;
  }

  private static FrameworkInfo.Builder framework(String principal) {
    return FrameworkInfo.newBuilder().setName("f").setUser("u").setPrincipal(principal);
  }

  @Test
  void anotherPrincipalCannotTakeAFrameworkOver() {
    master.lead(RegistrySnapshot.empty());
    String stream = subscribe(framework("app").build(), "app");
    FrameworkInfo known =
        framework("app")
            .setId(master.events(stream).get(0).getSubscribed().getFrameworkId())
            .build();

    String stolen = subscribe(known.toBuilder().setPrincipal("thief").build(), "thief");

    List<Event> answer = master.events(stolen);
    assertThat(answer).extracting(Event::getType).containsExactly(Event.Type.ERROR);
    assertThat(answer.get(0).getError().getMessage()).contains("another principal");
    assertThat(master.events(stream)).as("the owner's stream stays").isEmpty();
    assertThat(master.events(subscribe(known, "app")))
        .extracting(Event::getType)
        .contains(Event.Type.SUBSCRIBED);
  }

  @Test
  void aRoleThatThePrincipalMayNotHaveIsAnError() {
    master.lead(RegistrySnapshot.empty());
    List<Event> answer = master.events(subscribe(framework("other").build(), "other"));

    assertThat(answer).extracting(Event::getType).containsExactly(Event.Type.ERROR);
    assertThat(answer.get(0).getError().getMessage()).isEqualTo("Not authorized to use role '*'");
  }

  @Test
  void otherListsHoldFromThenOnAndInTheNextTerm() {
    master.handle(
        new MasterEvent.AccessListsChanged(master.now, AclFormat.parse("{\"permissive\": false}")));
    master.lead(RegistrySnapshot.empty());
    assertThat(master.events(subscribe(framework("app").build(), "app")))
        .extracting(Event::getType)
        .containsExactly(Event.Type.ERROR);

    master.handle(new MasterEvent.AccessListsChanged(master.now, Authorizer.allowingEverything()));

    assertThat(master.events(subscribe(framework("other").build(), "other")))
        .extracting(Event::getType)
        .contains(Event.Type.SUBSCRIBED);
  }
}
