package io.meseta.master.registry;

import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;

/**
 * One change of the durable record. Plain data. Every change is idempotent: a put replaces the
 * whole record, a delete of what is not there is no error.
 */
public sealed interface RegistryChange {

  /** Stores the agent's record under its id, in place of the one that is there. */
  record PutAgent(AgentRecord record) implements RegistryChange {
    public PutAgent {
      requireId("agent", record.getInfo().getId().getValue());
    }

    /** The agent's id. */
    public String id() {
      return record.getInfo().getId().getValue();
    }
  }

  /** Forgets the agent. */
  record DeleteAgent(String id) implements RegistryChange {
    public DeleteAgent {
      requireId("agent", id);
    }
  }

  /** Stores the framework's record under its id, in place of the one that is there. */
  record PutFramework(FrameworkRecord record) implements RegistryChange {
    public PutFramework {
      requireId("framework", record.getInfo().getId().getValue());
    }

    /** The framework's id. */
    public String id() {
      return record.getInfo().getId().getValue();
    }
  }

  /** Forgets the framework. */
  record DeleteFramework(String id) implements RegistryChange {
    public DeleteFramework {
      requireId("framework", id);
    }
  }

  private static void requireId(String kind, String id) {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a registry change needs the " + kind + "'s id");
    }
  }
}
