package io.meseta.master.security;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MachineID;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.WeightInfo;
import io.meseta.api.v1.maintenance.Schedule;
import io.meseta.api.v1.maintenance.Window;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.common.acl.Action;
import io.meseta.common.acl.Question;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.validation.ResourceQuestions;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an operator has to be allowed for a call: all of it. Calls that only read ask nothing here
 * if {@link ReadFilters} leave out of their answer what is not for the caller.
 */
final class OperatorQuestions {

  private OperatorQuestions() {}

  @SuppressWarnings("deprecation") // Old tools still set and remove quotas so.
  static List<Question> of(Call call, MasterView view) {
    return switch (call.getType()) {
      case GET_FLAGS -> one(Question.about(Action.VIEW_FLAGS));
      case GET_METRICS -> one(Question.about(Action.GET_ENDPOINTS, "/metrics/snapshot"));
      case SET_LOGGING_LEVEL -> one(Question.about(Action.SET_LOG_LEVEL));
      case LIST_FILES, READ_FILE -> one(Question.about(Action.ACCESS_MESOS_LOGS));
      case UPDATE_WEIGHTS ->
          roles(
              Action.UPDATE_WEIGHTS,
              call.getUpdateWeights().getWeightInfosList().stream()
                  .map(WeightInfo::getRole)
                  .toList());
      case UPDATE_QUOTA ->
          roles(
              Action.UPDATE_QUOTAS,
              call.getUpdateQuota().getQuotaConfigsList().stream()
                  .map(QuotaConfig::getRole)
                  .toList());
      case SET_QUOTA ->
          roles(Action.UPDATE_QUOTAS, List.of(call.getSetQuota().getQuotaRequest().getRole()));
      case REMOVE_QUOTA -> roles(Action.UPDATE_QUOTAS, List.of(call.getRemoveQuota().getRole()));
      case RESERVE_RESOURCES -> reserve(call.getReserveResources());
      case UNRESERVE_RESOURCES ->
          ResourceQuestions.unreserve(call.getUnreserveResources().getResourcesList());
      case CREATE_VOLUMES -> ResourceQuestions.create(call.getCreateVolumes().getVolumesList());
      case DESTROY_VOLUMES -> ResourceQuestions.destroy(call.getDestroyVolumes().getVolumesList());
      case GROW_VOLUME -> ResourceQuestions.resize(call.getGrowVolume().getVolume());
      case SHRINK_VOLUME -> ResourceQuestions.resize(call.getShrinkVolume().getVolume());
      case GET_MAINTENANCE_SCHEDULE -> one(Question.about(Action.GET_MAINTENANCE_SCHEDULES));
      case GET_MAINTENANCE_STATUS -> one(Question.about(Action.GET_MAINTENANCE_STATUSES));
      case UPDATE_MAINTENANCE_SCHEDULE ->
          machines(
              Action.UPDATE_MAINTENANCE_SCHEDULES,
              scheduled(call.getUpdateMaintenanceSchedule().getSchedule()));
      case START_MAINTENANCE ->
          machines(Action.START_MAINTENANCES, call.getStartMaintenance().getMachinesList());
      case STOP_MAINTENANCE ->
          machines(Action.STOP_MAINTENANCES, call.getStopMaintenance().getMachinesList());
      case DRAIN_AGENT -> drain(call.getDrainAgent());
      case DEACTIVATE_AGENT ->
          agent(Action.DEACTIVATE_AGENTS, call.getDeactivateAgent().getAgentId().getValue());
      case REACTIVATE_AGENT ->
          agent(Action.REACTIVATE_AGENTS, call.getReactivateAgent().getAgentId().getValue());
      case MARK_AGENT_GONE ->
          agent(Action.MARK_AGENTS_GONE, call.getMarkAgentGone().getAgentId().getValue());
      case TEARDOWN -> one(teardown(call.getTeardown().getFrameworkId(), view));
      case UNKNOWN,
          GET_HEALTH,
          GET_VERSION,
          GET_LOGGING_LEVEL,
          GET_STATE,
          GET_AGENTS,
          GET_FRAMEWORKS,
          GET_EXECUTORS,
          GET_OPERATIONS,
          GET_TASKS,
          GET_ROLES,
          GET_WEIGHTS,
          GET_MASTER,
          SUBSCRIBE,
          GET_QUOTA ->
          List.of();
    };
  }

  /** Whether the call would change something, and so has a line in the audit log. */
  static boolean changes(Call.Type type) {
    return switch (type) {
      case UPDATE_WEIGHTS,
          UPDATE_QUOTA,
          SET_QUOTA,
          REMOVE_QUOTA,
          RESERVE_RESOURCES,
          UNRESERVE_RESOURCES,
          CREATE_VOLUMES,
          DESTROY_VOLUMES,
          GROW_VOLUME,
          SHRINK_VOLUME,
          UPDATE_MAINTENANCE_SCHEDULE,
          START_MAINTENANCE,
          STOP_MAINTENANCE,
          DRAIN_AGENT,
          DEACTIVATE_AGENT,
          REACTIVATE_AGENT,
          MARK_AGENT_GONE,
          TEARDOWN,
          SET_LOGGING_LEVEL ->
          true;
      default -> false;
    };
  }

  private static List<Question> one(Question question) {
    return List.of(question);
  }

  private static List<Question> agent(Action action, String id) {
    return List.of(Question.about(action, id));
  }

  /** Who gives an agent up by draining it has to be allowed that as well. */
  private static List<Question> drain(Call.DrainAgent call) {
    List<Question> questions =
        new ArrayList<>(agent(Action.DRAIN_AGENTS, call.getAgentId().getValue()));
    if (call.getMarkGone()) {
      questions.addAll(agent(Action.MARK_AGENTS_GONE, call.getAgentId().getValue()));
    }
    return questions;
  }

  private static List<Question> roles(Action action, List<String> roles) {
    return roles.stream().map(role -> Question.about(action, role)).toList();
  }

  private static List<Question> machines(Action action, List<MachineID> machines) {
    return machines.isEmpty()
        ? List.of(Question.about(action))
        : machines.stream().map(machine -> Question.about(action, name(machine))).toList();
  }

  private static List<MachineID> scheduled(Schedule schedule) {
    return schedule.getWindowsList().stream()
        .map(Window::getMachineIdsList)
        .flatMap(List::stream)
        .toList();
  }

  private static String name(MachineID machine) {
    return machine.getHostname().isEmpty() ? machine.getIp() : machine.getHostname();
  }

  /** What is taken away from an earlier reservation counts as unreserved. */
  private static List<Question> reserve(Call.ReserveResources call) {
    List<Question> questions = new ArrayList<>(ResourceQuestions.reserve(call.getResourcesList()));
    List<Resource> source = call.getSourceList();
    questions.addAll(ResourceQuestions.unreserve(source));
    return questions;
  }

  private static Question teardown(FrameworkID id, MasterView view) {
    FrameworkView framework =
        id.getValue().isEmpty() ? null : view.frameworks().get(FrameworkId.of(id));
    FrameworkInfo info = framework == null ? FrameworkInfo.getDefaultInstance() : framework.info();
    return new Question(
        Action.TEARDOWN_FRAMEWORKS,
        info.hasPrincipal() ? Optional.of(info.getPrincipal()) : Optional.empty());
  }
}
