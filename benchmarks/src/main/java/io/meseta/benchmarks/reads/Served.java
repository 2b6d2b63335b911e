package io.meseta.benchmarks.reads;

import io.meseta.api.v1.master.Call;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.Router;
import io.meseta.master.MasterFigures;
import io.meseta.master.MasterTimings;
import io.meseta.master.Traffic;
import io.meseta.master.http.AboutMaster;
import io.meseta.master.http.Standing;
import io.meseta.master.http.read.ReadCalls;
import io.meseta.master.http.read.ReadEndpoints;
import io.meseta.master.http.read.ReadSources;
import io.meseta.master.http.read.Reader;
import io.meseta.master.security.ReadFilters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The pages and calls of a master that read, on a loopback port. */
final class Served implements AutoCloseable {

  private final ExecutorService workers =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
  private final HttpServer server;

  Served(FakeCluster cluster) throws IOException {
    AboutMaster about = new AboutMaster("1.0", Instant.now(), new TreeMap<>());
    Standing.Leading leading = new Standing.Leading(cluster.view().leading().orElseThrow());
    ReadSources sources =
        new ReadSources(
            () -> leading, cluster::view, about, new ReadFilters(Authorizer.allowingEverything()));
    Reader reader = new Reader(workers, Reader.roomIn(Runtime.getRuntime().maxMemory()));
    MasterFigures figures =
        new MasterFigures(
            new MasterFigures.Sources(
                () -> true,
                cluster::view,
                () -> 0,
                counter -> 0,
                new MasterFigures.Counts(
                    cluster.occurrences(), new Traffic(), MasterTimings.unshown())),
            Clock.systemUTC());
    ReadCalls calls = new ReadCalls(sources, figures, reader);
    Router.Builder router =
        Router.builder().route("/api/v1", (request, exchange) -> answer(calls, request, exchange));
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            new ReadEndpoints(sources, figures, reader, workers).addTo(router).build());
  }

  private static void answer(ReadCalls calls, HttpRequest request, Exchange exchange) {
    try {
      calls.answer(
          Codec.decode(request.body(), Call.getDefaultInstance(), MediaType.JSON),
          request,
          exchange);
    } catch (DecodeException e) {
      exchange.respond(HttpResponse.text(400, String.valueOf(e.getMessage())));
    }
  }

  InetSocketAddress address() {
    return server.address();
  }

  @Override
  public void close() {
    server.close();
    workers.shutdown();
  }
}
