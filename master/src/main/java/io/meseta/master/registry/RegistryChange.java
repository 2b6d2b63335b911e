package io.meseta.master.registry;

import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.master.registry.v1.MaintenanceRecord;
import io.meseta.master.registry.v1.RoleRecord;

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

  /** Stores what was said of the role, in place of what is there. */
  record PutRole(RoleRecord record) implements RegistryChange {
    public PutRole {
      requireId("role", record.getName());
    }

    /** The role's name. */
    public String id() {
      return record.getName();
    }
  }

  /** Nothing was said of the role, or is true any more. */
  record DeleteRole(String id) implements RegistryChange {
    public DeleteRole {
      requireId("role", id);
    }
  }

  /** Stores the maintenance that is planned, in place of what was. */
  record PutMaintenance(MaintenanceRecord record) implements RegistryChange {}

  private static void requireId(String kind, String id) {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a registry change needs the " + kind + "'s id");
    }
  }
}
