package io.meseta.master.validation;

import io.meseta.api.v1.Resource;
import io.meseta.common.acl.Action;
import io.meseta.common.acl.Question;
import java.util.List;
import java.util.Optional;

/** What somebody has to be allowed to reserve resources and to make volumes of them. Pure. */
public final class ResourceQuestions {

  private ResourceQuestions() {}

  /** Each reservation, by the role that it is for. */
  public static List<Question> reserve(List<Resource> resources) {
    return resources.stream()
        .map(resource -> Question.about(Action.RESERVE_RESOURCES, role(resource)))
        .toList();
  }

  /** Each dynamic reservation, by the principal that made it. */
  public static List<Question> unreserve(List<Resource> resources) {
    return resources.stream()
        .filter(resource -> innermost(resource).isPresent())
        .map(resource -> new Question(Action.UNRESERVE_RESOURCES, reserver(resource)))
        .toList();
  }

  /** Each volume, by its role. */
  public static List<Question> create(List<Resource> volumes) {
    return volumes.stream()
        .map(volume -> Question.about(Action.CREATE_VOLUMES, role(volume)))
        .toList();
  }

  /** Each volume, by the principal that made it. */
  public static List<Question> destroy(List<Resource> volumes) {
    return volumes.stream()
        .map(volume -> new Question(Action.DESTROY_VOLUMES, creator(volume)))
        .toList();
  }

  /** A volume, by its role. */
  public static List<Question> resize(Resource volume) {
    return List.of(Question.about(Action.RESIZE_VOLUMES, role(volume)));
  }

  private static Optional<Resource.ReservationInfo> innermost(Resource resource) {
    if (resource.getReservationsCount() > 0) {
      return Optional.of(resource.getReservations(resource.getReservationsCount() - 1));
    }
    return resource.hasReservation() ? Optional.of(resource.getReservation()) : Optional.empty();
  }

  @SuppressWarnings("deprecation") // The old form of a reservation.
  private static String role(Resource resource) {
    return resource.getReservationsCount() > 0
        ? resource.getReservations(resource.getReservationsCount() - 1).getRole()
        : resource.getRole();
  }

  private static Optional<String> reserver(Resource resource) {
    return innermost(resource)
        .filter(Resource.ReservationInfo::hasPrincipal)
        .map(Resource.ReservationInfo::getPrincipal);
  }

  private static Optional<String> creator(Resource volume) {
    Resource.DiskInfo.Persistence persistence = volume.getDisk().getPersistence();
    return persistence.hasPrincipal() ? Optional.of(persistence.getPrincipal()) : Optional.empty();
  }
}
