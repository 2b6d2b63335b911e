package io.meseta.cli.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * Three ZooKeeper servers as processes of their own. Masters reach them through proxies, one set
 * per master, so that a test can cut off each of them from ZooKeeper alone.
 */
final class Ensemble implements ZooKeepers {

  static final int SERVERS = 3;
  private static final String PATH = "/mesos";
  private static final String REGISTRY = PATH + "/registry";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ANSWER_LIMIT_MS = 2_000;

  private final Path logs;
  private final Path data;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Server> servers = new ArrayList<>();
  private final Map<String, List<ZkProxy>> proxies = new LinkedHashMap<>();
  private int processes;

  /** A server: its place in the ensemble and its newest process. */
  private static final class Server {
    final int number;
    final int port;
    final Path config;
    Daemon process;

    Server(int number, int port, Path config, Daemon process) {
      this.number = number;
      this.port = port;
      this.config = config;
      this.process = process;
    }
  }

  private Ensemble(Path logs, Path data) {
    this.logs = logs;
    this.data = data;
  }

  /** Starts it; returns when it has a quorum. */
  static Ensemble start(Path logs, Path data) throws IOException {
    Ensemble ensemble = new Ensemble(logs, data);
    try {
      ensemble.startServers();
      ensemble.awaitServing();
      return ensemble;
    } catch (IOException | AssertionError e) {
      ensemble.close();
      throw e;
    }
  }

  private void startServers() throws IOException {
    List<Integer> ports = freePorts(SERVERS * 3);
    for (int i = 0; i < SERVERS; i++) {
      Path directory = Files.createDirectories(data.resolve("zookeeper-" + i));
      Files.writeString(directory.resolve("myid"), Integer.toString(i + 1));
      Path config = data.resolve("zookeeper-" + i + ".cfg");
      Files.writeString(config, configuration(directory, i, ports));
      servers.add(new Server(i, ports.get(i * 3), config, startProcess(i, config)));
    }
  }

  private static String configuration(Path directory, int server, List<Integer> ports) {
    StringBuilder text = new StringBuilder();
    text.append("tickTime=500\ninitLimit=40\nsyncLimit=20\n");
    text.append("admin.enableServer=false\n");
    text.append("dataDir=").append(directory).append('\n');
    text.append("clientPortAddress=127.0.0.1\n");
    text.append("clientPort=").append(ports.get(server * 3)).append('\n');
    for (int i = 0; i < SERVERS; i++) {
      text.append(
          "server.%d=127.0.0.1:%d:%d%n"
              .formatted(i + 1, ports.get(i * 3 + 1), ports.get(i * 3 + 2)));
    }
    return text.toString();
  }

  /** All held at once, so that they differ. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  private Daemon startProcess(int number, Path config) throws IOException {
    return Daemon.start(
        "zookeeper-" + number + "-run-" + processes++,
        logs,
        http,
        QuorumPeerMain.class,
        List.of(config.toString()));
  }

  // ---- what the test does to it ----

  /** Waits until every server serves. */
  void awaitServing() {
    servers.forEach(this::awaitServing);
  }

  private void awaitServing(Server server) {
    await("ZooKeeper " + server.number + " serves")
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !mode(server).isEmpty());
  }

  /** {@code leader} or {@code follower}; nothing while it does not serve. */
  private static String mode(Server server) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port), ANSWER_LIMIT_MS);
      socket.setSoTimeout(ANSWER_LIMIT_MS);
      socket.getOutputStream().write("srvr".getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      return answer
          .lines()
          .filter(line -> line.startsWith("Mode: "))
          .map(line -> line.substring("Mode: ".length()))
          .collect(Collectors.joining());
    } catch (IOException notYet) {
      return "";
    }
  }

  /** {@code kill -9} of the server that leads the ensemble; the answer is its number. */
  int killLeader() {
    Server leader =
        servers.stream()
            .filter(server -> mode(server).equals("leader"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no ZooKeeper server leads"));
    leader.process.kill();
    return leader.number;
  }

  /** {@code kill -9} of all. */
  void killAll() {
    servers.forEach(server -> server.process.kill());
  }

  /** Starts those that do not run; returns when all serve. */
  void revive() throws IOException {
    for (Server server : servers) {
      if (!server.process.isAlive()) {
        server.process = startProcess(server.number, server.config);
      }
    }
    awaitServing();
  }

  /** Ends and starts one after the other. */
  void restartRolling() throws Exception {
    for (Server server : servers) {
      server.process.terminate();
      server.process.awaitExit(LIMIT);
      server.process = startProcess(server.number, server.config);
      awaitServing(server);
    }
  }

  /** From now on the daemon and the servers hear nothing of each other; nobody is told. */
  void cutOff(String daemon) {
    proxiesOf(daemon).forEach(ZkProxy::pause);
  }

  /** Ends {@link #cutOff}: connections are broken, new ones are served. */
  void reconnect(String daemon) {
    proxiesOf(daemon).forEach(ZkProxy::resume);
  }

  private List<ZkProxy> proxiesOf(String daemon) {
    return proxies.computeIfAbsent(
        withoutRun(daemon),
        unused -> servers.stream().map(server -> newProxy(server.port)).toList());
  }

  private static String withoutRun(String daemon) {
    return daemon.replaceFirst("-run-.*", "");
  }

  private static ZkProxy newProxy(int port) {
    try {
      return new ZkProxy(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String urlFor(String name) {
    List<Integer> ports =
        name.startsWith("master-")
            ? proxiesOf(name).stream().map(ZkProxy::port).toList()
            : servers.stream().map(server -> server.port).toList();
    return ports.stream()
        .map(port -> "127.0.0.1:" + port)
        .collect(Collectors.joining(",", "zk://", PATH));
  }

  // ---- what is stored ----

  /** All records of the registry: the path of each and what it holds. Terms are not among them. */
  Map<String, String> registry() throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    String address = "127.0.0.1:" + servers.get(0).port;
    ZooKeeper client =
        new ZooKeeper(
            address,
            (int) LIMIT.toMillis(),
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            });
    try {
      if (!connected.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("no connection to " + address);
      }
      client.sync(REGISTRY, (code, path, context) -> {}, null);
      return read(client);
    } finally {
      client.close();
    }
  }

  private static Map<String, String> read(ZooKeeper client)
      throws KeeperException, InterruptedException {
    Map<String, String> records = new TreeMap<>();
    for (String collection : client.getChildren(REGISTRY, false)) {
      String parent = REGISTRY + "/" + collection;
      for (String record : client.getChildren(parent, false)) {
        String path = parent + "/" + record;
        records.put(path, HexFormat.of().formatHex(client.getData(path, false, null)));
      }
    }
    return records;
  }

  @Override
  public void close() throws IOException {
    servers.forEach(server -> server.process.close());
    for (List<ZkProxy> each : proxies.values()) {
      for (ZkProxy proxy : each) {
        proxy.close();
      }
    }
    http.close();
  }
}
