package io.meseta.cli.operator;

import io.meseta.api.v1.MachineID;
import io.meseta.api.v1.TimeInfo;
import io.meseta.api.v1.maintenance.ClusterStatus;
import io.meseta.api.v1.maintenance.Schedule;
import io.meseta.api.v1.maintenance.Window;
import io.meseta.api.v1.master.Call;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.console.TextTable;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.config.Durations;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meseta maintenance}. */
@Command(
    name = "maintenance",
    description = "Plan when machines will be away, take them down and bring them up.%n",
    synopsisSubcommandLabel = "show|plan|down|up",
    subcommands = {
      MaintenanceCommand.Show.class,
      MaintenanceCommand.Plan.class,
      MaintenanceCommand.Down.class,
      MaintenanceCommand.Up.class
    },
    footer = {
      "",
      "  ./meseta maintenance show",
      "  ./meseta maintenance plan schedule.json",
      "  ./meseta maintenance down node-7 node-8"
    })
public final class MaintenanceCommand implements Callable<Integer> {

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help.
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Say show, plan, down or up");
  }

  private static String name(MachineID machine) {
    return (machine.getHostname() + " " + machine.getIp()).strip();
  }

  /** {@code meseta maintenance show}. */
  @Command(
      name = "show",
      description = "List the machines of the schedule, and what frameworks say to it.%n",
      sortOptions = false)
  static final class Show implements Callable<Integer> {

    @Mixin private MasterCalls master = new MasterCalls();
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
      Schedule schedule =
          master.read(Call.Type.GET_MAINTENANCE_SCHEDULE).getGetMaintenanceSchedule().getSchedule();
      ClusterStatus status =
          master.read(Call.Type.GET_MAINTENANCE_STATUS).getGetMaintenanceStatus().getStatus();
      TextTable table = new TextTable("MACHINE", "FROM", "FOR", "STATE", "FRAMEWORKS SAY");
      for (Window window : schedule.getWindowsList()) {
        for (MachineID machine : window.getMachineIdsList()) {
          table.row(
              name(machine),
              time(window.getUnavailability().getStart()),
              window.getUnavailability().hasDuration()
                  ? Durations.print(
                      Duration.ofNanos(window.getUnavailability().getDuration().getNanoseconds()))
                  : "ever",
              status.getDownMachinesList().contains(machine) ? "down" : "draining",
              answers(status, machine));
        }
      }
      PrintWriter out = spec.commandLine().getOut();
      table.lines(0).forEach(out::println);
      out.flush();
      return 0;
    }

    private static String time(TimeInfo time) {
      return Instant.EPOCH.plusNanos(time.getNanoseconds()).toString();
    }

    private static String answers(ClusterStatus status, MachineID machine) {
      String answers =
          status.getDrainingMachinesList().stream()
              .filter(draining -> draining.getId().equals(machine))
              .flatMap(draining -> draining.getStatusesList().stream())
              .map(answer -> answer.getFrameworkId().getValue() + " " + answer.getStatus())
              .collect(Collectors.joining(", "));
      return answers.isEmpty() ? "-" : answers;
    }
  }

  /** {@code meseta maintenance plan}. */
  @Command(
      name = "plan",
      description = {
        "Put a schedule in place of the one that there is.%n",
        "The file is as docs/api.md has it: {\"windows\": [{\"machine_ids\": [{\"hostname\": …}],"
            + " \"unavailability\": {\"start\": {\"nanoseconds\": …}}}]}; {} plans nothing.%n"
      },
      sortOptions = false)
  static final class Plan implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "FILE", description = "The schedule, JSON.")
    private Path file = Path.of("");

    @Mixin private MasterCalls master = new MasterCalls();

    @Override
    public Integer call() throws IOException, InterruptedException {
      Call.Builder call = Call.newBuilder().setType(Call.Type.UPDATE_MAINTENANCE_SCHEDULE);
      try {
        call.getUpdateMaintenanceScheduleBuilder()
            .setSchedule(
                Codec.decode(
                    Files.readAllBytes(file), Schedule.getDefaultInstance(), MediaType.JSON));
      } catch (DecodeException e) {
        throw new IllegalArgumentException(file + " is no schedule: " + e.getMessage(), e);
      }
      master.change(call);
      return 0;
    }
  }

  /** Which machines, and whom to ask. */
  static final class Asked {

    @Parameters(
        arity = "1..*",
        paramLabel = "HOSTNAME",
        description = "The machines, by the names that the schedule has for them.")
    private List<String> hostnames = List.of();

    @Mixin private MasterCalls master = new MasterCalls();

    List<MachineID> machines() {
      return hostnames.stream()
          .map(hostname -> MachineID.newBuilder().setHostname(hostname).build())
          .toList();
    }

    int change(Call.Builder call) throws IOException, InterruptedException {
      master.change(call);
      return 0;
    }
  }

  /** {@code meseta maintenance down}. */
  @Command(
      name = "down",
      description = {
        "Take scheduled machines down, all or none: their agents are gone.%n",
        "To let tasks end with their grace periods, drain the agents first.%n"
      },
      sortOptions = false)
  static final class Down implements Callable<Integer> {

    @Mixin private Asked asked = new Asked();

    @Override
    public Integer call() throws IOException, InterruptedException {
      Call.Builder call = Call.newBuilder().setType(Call.Type.START_MAINTENANCE);
      call.getStartMaintenanceBuilder().addAllMachines(asked.machines());
      return asked.change(call);
    }
  }

  /** {@code meseta maintenance up}. */
  @Command(
      name = "up",
      description = "Bring machines up that are down; they leave the schedule.%n",
      sortOptions = false)
  static final class Up implements Callable<Integer> {

    @Mixin private Asked asked = new Asked();

    @Override
    public Integer call() throws IOException, InterruptedException {
      Call.Builder call = Call.newBuilder().setType(Call.Type.STOP_MAINTENANCE);
      call.getStopMaintenanceBuilder().addAllMachines(asked.machines());
      return asked.change(call);
    }
  }
}
