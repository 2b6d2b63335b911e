package io.meseta.cli.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.cli.simulate.SimulateCommand;
import io.meseta.common.resources.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhatIfTest {

  private static final String STATE =
      """
      {"flags": {"min_allocatable_resources": "cpus:1"},
       "slaves": [
         {"id": "S0", "hostname": "h0", "attributes": {"rack": "r1", "slots": 4.0}, "active": true,
          "resources": {"cpus": 8, "mem": 8000, "disk": 0, "gpus": 0, "ports": "[31000-31999]"},
          "unreserved_resources": {"cpus": 4, "mem": 4000, "ports": "[31000-31999]"},
          "reserved_resources": {"web": {"cpus": 4, "mem": 4000}}},
         {"id": "S1", "hostname": "h1", "active": true, "deactivated": true,
          "unreserved_resources": {"cpus": 8, "mem": 8000}, "reserved_resources": {}}],
       "frameworks": [
         {"id": "F0", "name": "shop", "roles": ["web"], "capabilities": ["MULTI_ROLE"],
          "active": true,
          "tasks": [
            {"id": "t", "slave_id": "S0", "state": "TASK_RUNNING", "role": "web",
             "resources": {"cpus": 5, "mem": 1000, "ports": "[31000-31000]"}},
            {"id": "gone", "slave_id": "S0", "state": "TASK_FINISHED",
             "resources": {"cpus": 5, "mem": 1000}}]},
         {"id": "F1", "name": "nightly", "role": "batch", "active": true, "tasks": []}]}
      """;

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("state.json");
    Files.writeString(file, STATE);
  }

  private Program run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--from", file.toString()));
    all.addAll(List.of(arguments));
    return Program.run(SimulateCommand::new, all.toArray(new String[0]));
  }

  private String out(String... arguments) {
    Program program = run(arguments);
    assertThat(program.exitCode()).as("%s", program).isZero();
    return program.out();
  }

  @Test
  void aTaskUsesWhatIsReservedForItsRoleFirst() throws IOException {
    Snapshot.Agent agent = StateFile.read(file).agents().get(0);

    assertThat(agent.inUse()).hasSize(1);
    assertThat(agent.used().toString())
        .isEqualTo(Resources.of("cpus(web):4;cpus:1;mem(web):1000;ports:[31000-31000]").toString());
    assertThat(agent.facts().traits().toString()).contains("rack");
  }

  @Test
  void whoWouldBeOfferedWhatIsShownPerFramework() {
    String out = out();
    assertThat(out).contains("2 agents with [cpus:16;mem:16000]");
    // What is left of the reservation is too little for an offer.
    assertThat(out).containsPattern("shop F0 +web +31\\.3% +31\\.3% +0 +0 +- ");
    assertThat(out).contains("S0: [mem(web):3000] stays free", "an offer needs at least cpus:1");
    assertThat(out).containsPattern("nightly F1 +batch +0\\.0% +0\\.0% +1 +1 +cpus:3;mem:4000 +25");
    assertThat(out).contains("agents: 1 would be offered, 0 have nothing to give, on");
    assertThat(out).contains("S1: [cpus:8;mem:8000] stays free", "the agent is deactivated");
  }

  @Test
  void moreAgentsAreOffered() {
    assertThat(out("--add-agents", "3:cpus:2;mem:100"))
        .contains("with the changes 5 with [cpus:22;mem:16300]", "agents: 4 would be offered");
    assertThat(out("--add-agents", "1")).contains("with the changes 3 with [cpus:20;mem:20000]");
  }

  @Test
  void whatRunsOnARemovedAgentIsLost() {
    assertThat(out("--remove-agents", "h0"))
        .contains("with the changes 1 with [cpus:8;mem:8000]", "1 tasks would be lost")
        .containsPattern("shop F0 +web +31\\.3% +0\\.0%");
  }

  @Test
  void aQuotaLimitIsWhyNobodyIsOffered() {
    assertThat(out("--quota", "batch=/cpus:0.5"))
        .containsPattern("nightly F1 +batch +0\\.0% +0\\.0% +1 +0 +- ");
  }

  @Test
  void aWeightDecidesWhoIsFirst() throws IOException {
    Files.writeString(
        file,
        """
        {"slaves": [{"id": "S0", "hostname": "h", "resources": {"cpus": 8, "mem": 800}},
                    {"id": "S1", "hostname": "i", "resources": {"cpus": 8, "mem": 800}},
                    {"id": "S2", "hostname": "j", "resources": {"cpus": 8, "mem": 800}}],
         "frameworks": [{"id": "A", "name": "a", "role": "one", "tasks": []},
                        {"id": "B", "name": "b", "role": "two", "tasks": []}]}
        """);
    assertThat(out()).containsPattern("a A +one +0\\.0% +0\\.0% +2 +2 ");
    assertThat(out("--weight", "two=3")).containsPattern("b B +two +0\\.0% +0\\.0% +1 +2 ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--seed 3                  | exclude each other",
        "--agents 5                | exclude each other",
        "--story                   | exclude each other",
        "--add-agents many         | a number up to",
        "--add-agents 0            | a number up to",
        "--add-agents 2:cpus:a     | --add-agents",
        "--remove-agents S0,S7     | id or hostname S7",
        "--quota web=cpus:2/cpus:1 | less than the guarantee",
        "--quota web=lots          | --quota web=lots",
        "--weight web=0            | no number from",
        "--weight web=x            | no number from"
      })
  void whatMakesNoSenseIsRefusedWithTheReason(String arguments, String reason) {
    Program program = run(arguments.split(" +"));
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains(reason);
  }

  @Test
  void aChangeNeedsACluster() {
    Program program = Program.run(SimulateCommand::new, "--add-agents", "3");
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains("give --from");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                                             | no JSON",
        "[]                                            | not what a leading master prints",
        "{'slaves': [{}], 'frameworks': []}            | no id",
        "{'slaves': [{'id': 'a', 'resources': {'cpus': -1}}], 'frameworks': []} | negative",
        "{'slaves': [{'id': 'a', 'resources': {}}],"
            + " 'frameworks': [{'id': 'f', 'tasks': [{'slave_id': 'a', 'state': 'X'}]}]}"
            + " | no task state X"
      })
  void aFileThatIsNoStateIsRefusedWithTheReason(String text, String reason) throws IOException {
    Files.writeString(file, text.replace('\'', '"'));
    Program program = run();
    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.err()).contains(reason).contains("state.json");
  }

  @Test
  void aFileThatIsNotThereIsSaidSo() throws IOException {
    Files.delete(file);
    assertThat(run().err()).contains("There is no file");
  }
}
