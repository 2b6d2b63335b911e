package io.meseta.cli.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.meseta.cli.engine.DockerEngine;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What the engine reaches when it is driven directly, with the agent's parallelism. */
final class EngineRate {

  /** As many containers as an agent starts at the same time. */
  private static final int PARALLEL = 16;

  private static final int CONNECTIONS = 64;

  private final DockerClient engine;

  EngineRate(DockerClient engine) {
    this.engine = engine;
  }

  static DockerClient connect(URI host) {
    DefaultDockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(host.toString())
            .build();
    return DockerClientImpl.getInstance(
        config,
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .maxConnections(CONNECTIONS)
            .build());
  }

  /** Creates, starts, awaits and removes so many containers; per second. */
  double run(int count) throws Exception {
    long begin = System.nanoTime();
    try (ExecutorService workers = Executors.newFixedThreadPool(PARALLEL)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(workers.submit(this::one));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    return count / ((System.nanoTime() - begin) / 1e9);
  }

  private void one() {
    long memory = 32L << 20;
    HostConfig limits =
        HostConfig.newHostConfig()
            .withNetworkMode("host")
            .withMemory(memory)
            .withMemorySwap(memory)
            .withCpuPeriod(100_000L)
            .withCpuQuota(10_000L)
            .withCpuShares(102);
    String id =
        engine
            .createContainerCmd(DockerEngine.IMAGE)
            .withEntrypoint("/bin/sh")
            .withCmd("-c", "true")
            .withHostConfig(limits)
            .exec()
            .getId();
    engine.startContainerCmd(id).exec();
    engine.waitContainerCmd(id).exec(new WaitContainerResultCallback()).awaitStatusCode();
    engine.removeContainerCmd(id).exec();
  }
}
