package io.meseta.master.validation;

import io.meseta.api.v1.Resource;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.Resources;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What a task may ask for, whatever the offers hold. */
final class ResourceRules {
  private ResourceRules() {}

  static Optional<String> invalidReason(Resources resources) {
    return Reasons.first(
        () -> revocableMixed(resources), () -> volumeTwice(resources), () -> partOfAGpu(resources));
  }

  /** Resources that say for which role they are allocated have to name that of the offers. */
  static Optional<String> otherRole(List<Resource> resources, String role) {
    return Reasons.firstOf(
        resources,
        resource ->
            Reasons.when(
                resource.hasAllocationInfo()
                    && resource.getAllocationInfo().hasRole()
                    && !resource.getAllocationInfo().getRole().equals(role),
                "Resource '"
                    + resource.getName()
                    + "' is allocated to role '"
                    + resource.getAllocationInfo().getRole()
                    + "', but the accepted offers are for role '"
                    + role
                    + "'"));
  }

  private static Optional<String> revocableMixed(Resources resources) {
    return Reasons.firstOf(
        resources.names().stream().toList(),
        name -> {
          long kinds =
              resources.named(name).entries().stream()
                  .map(entry -> entry.key().revocable())
                  .distinct()
                  .count();
          return Reasons.when(
              kinds > 1, "It uses revocable and regular '" + name + "': use only one of them");
        });
  }

  private static Optional<String> volumeTwice(Resources resources) {
    var seen = new TreeSet<String>();
    for (ResourceEntry entry : resources.entries()) {
      var id = entry.key().persistenceId();
      if (id.isPresent() && (entry.copies() > 1 || !seen.add(id.get()))) {
        return Optional.of("It uses the persistent volume '" + id.get() + "' twice");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> partOfAGpu(Resources resources) {
    return Reasons.when(
        resources.gpusMilli() % 1000 != 0,
        "It uses [" + resources.named("gpus") + "], but GPUs are given as whole ones only");
  }
}
