package io.meseta.master.core;

import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.master.registry.RegistrySnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Agents and frameworks that a seed lets do anything at any time, so that a master's core comes
 * into states that nobody thought of: also while the registry takes its time.
 */
final class RandomCluster {

  private static final TaskState[] REPORTED = {
    TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED, TaskState.TASK_FAILED
  };

  private final Random random;
  private final CoreContext context;
  private final List<Client> clients = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<String> tasks = new ArrayList<>();

  /** Offers that were told; some of them are open no more. */
  private final Map<Offer, Client> open = new LinkedHashMap<>();

  private final List<TaskStatus> updates = new ArrayList<>();
  private int made;

  RandomCluster(long seed, CoreContext context) {
    this.random = new Random(seed);
    this.context = context;
    context.lead(RegistrySnapshot.empty());
  }

  void step() {
    int choice = random.nextInt(100);
    if (choice < 2 && clients.size() < 8) {
      clients.add(context.connect(Messages.partitionAware("framework-" + made++).build()));
    } else if (choice < 5 && nodes.size() < 30) {
      nodes.add(context.addAgent("host-" + made++));
    } else if (choice < 35) {
      context.pass(Duration.ofMillis(random.nextInt(3_000)));
    } else if (choice < 37) {
      whileTheRegistryIsSlow();
    } else if (choice == 37 && random.nextInt(10) == 0) {
      anotherTerm();
    } else if (choice == 38 && random.nextInt(4) == 0) {
      context.pass(Duration.ofMinutes(random.nextInt(5)));
    } else if (!clients.isEmpty() && !nodes.isEmpty()) {
      talk(clients.get(random.nextInt(clients.size())), nodes.get(random.nextInt(nodes.size())));
    }
    clients.forEach(client -> client.offers().forEach(offer -> open.put(offer, client)));
    context.effects();
  }

  private void talk(Client client, Node node) {
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> answerOffers(client);
      case 3, 4 -> report(client, node);
      case 5 -> client.kill(anyTask());
      case 6 -> {
        if (!updates.isEmpty()) {
          client.acknowledge(updates.remove(random.nextInt(updates.size())));
        }
      }
      case 7 -> client.reconcile(random.nextBoolean() ? new String[0] : new String[] {anyTask()});
      default -> comeAndGo(node);
    }
  }

  private void answerOffers(Client client) {
    context.pass(Duration.ofSeconds(1));
    List<Offer> held = new ArrayList<>(client.offers());
    open.forEach((offer, holder) -> {
      if (holder == client) {
        held.add(offer);
      }
    });
    for (Offer offer : held) {
      int choice = random.nextInt(3);
      open.remove(offer);
      if (choice == 0) {
        client.decline(offer, random.nextInt(30));
      } else if (choice == 1) {
        String task = "task-" + made++;
        tasks.add(task);
        client.launch(offer, Messages.task(task, offer));
      }
    }
  }

  private void report(Client client, Node node) {
    updates.add(node.update(client, anyTask(), REPORTED[random.nextInt(REPORTED.length)]));
  }

  private void comeAndGo(Node node) {
    if (random.nextInt(3) == 0) {
      node.disconnect();
    } else {
      Register.Builder register = Messages.register(node.hostname);
      register.getAgentBuilder().setId(AgentID.newBuilder().setValue(node.id.getValue()));
      node.link = context.openLink(register);
    }
  }

  private String anyTask() {
    return tasks.isEmpty() ? "no-task" : tasks.get(random.nextInt(tasks.size()));
  }

  /** Things are parked, and something else happens before they go on. */
  private void whileTheRegistryIsSlow() {
    context.holdRegistry();
    context.subscribe(Messages.framework("late-" + made++).build());
    context.openLink(Messages.register("late-host-" + made++));
    context.pass(Duration.ofSeconds(random.nextInt(200)));
    context.releaseRegistry();
  }

  private void anotherTerm() {
    context.handle(new MasterEvent.LeadershipLost(context.now, "the seed says so"));
    clients.clear();
    nodes.clear();
    updates.clear();
    open.clear();
    context.lead(RegistrySnapshot.empty());
  }
}
