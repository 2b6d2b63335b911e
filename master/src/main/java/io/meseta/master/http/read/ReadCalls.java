package io.meseta.master.http.read;

import com.google.protobuf.Message;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.Flag;
import io.meseta.api.v1.Metric;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.VersionInfo;
import io.meseta.api.v1.WeightInfo;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.master.Response;
import io.meseta.api.v1.quota.QuotaInfo;
import io.meseta.api.v1.quota.QuotaStatus;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ContentNegotiation;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.pages.PageJson;
import io.meseta.common.runtime.Version;
import io.meseta.master.http.AboutMaster;
import io.meseta.master.security.ReadFilters;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ReadFilter;
import io.meseta.master.view.RoleView;
import io.meseta.master.view.VisibleViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The calls of the operator API that only read the cluster. Thread-safe. */
public final class ReadCalls {

  private static final List<String> TYPES =
      List.of(MediaType.JSON.headerValue(), MediaType.PROTOBUF.headerValue());

  private final AboutMaster about;
  private final ReadFilters filters;
  private final Supplier<MasterView> view;
  private final Numbers numbers;
  private final Reader reader;

  /**
   * @param numbers those of GET_METRICS
   * @param reader answers what is asked about the cluster
   */
  public ReadCalls(ReadSources sources, Numbers numbers, Reader reader) {
    this.about = sources.about();
    this.filters = sources.filters();
    this.view = sources.view();
    this.numbers = numbers;
    this.reader = reader;
  }

  /** Whether such calls are answered here. */
  public static boolean answers(Call.Type type) {
    return switch (type) {
      case GET_HEALTH, GET_FLAGS, GET_VERSION, GET_METRICS, GET_MASTER -> true;
      case GET_STATE, GET_AGENTS, GET_FRAMEWORKS, GET_EXECUTORS, GET_TASKS, GET_OPERATIONS -> true;
      case GET_ROLES, GET_WEIGHTS, GET_QUOTA -> true;
      default -> false;
    };
  }

  /**
   * Answers a call of the leader, soon and on another thread. Does not block.
   *
   * @param call of a type that is answered here
   */
  public void answer(Call call, HttpRequest request, Exchange exchange) {
    Optional<String> type = ContentNegotiation.answerType(request.headers().all("Accept"), TYPES);
    if (type.isEmpty()) {
      exchange.respond(
          HttpResponse.text(406, "Expecting 'Accept' to allow one of " + String.join(", ", TYPES)));
      return;
    }
    if (call.getType() == Call.Type.GET_METRICS && isNegative(call.getGetMetrics().getTimeout())) {
      exchange.respond(HttpResponse.text(400, "'get_metrics.timeout' is negative"));
      return;
    }
    ReadFilter filter = filters.of(request);
    MasterView latest = view.get();
    if (latest.leading().isEmpty()) {
      exchange.respond(HttpResponse.text(503, "Master has not finished recovery"));
      return;
    }
    MediaType media =
        type.get().equals(MediaType.PROTOBUF.headerValue()) ? MediaType.PROTOBUF : MediaType.JSON;
    if (call.getType() == Call.Type.GET_METRICS) {
      // Numbers change while the view does not.
      reader.answerAlone(request, exchange, () -> whole(metrics(), media));
      return;
    }
    reader.answer(
        request,
        exchange,
        new Reader.Question(
            latest,
            call.getType().name() + " " + media.headerValue() + filter.tag(),
            () -> answer(call.getType(), VisibleViews.of(latest, filter), filter, media)));
  }

  private static boolean isNegative(DurationInfo duration) {
    return duration.getNanoseconds() < 0;
  }

  private Answer answer(Call.Type type, MasterView now, ReadFilter filter, MediaType media) {
    return switch (type) {
      case GET_STATE, GET_AGENTS, GET_FRAMEWORKS, GET_EXECUTORS, GET_TASKS, GET_OPERATIONS ->
          ClusterCalls.answer(type, now, media);
      default -> whole(small(type, now, filter), media);
    };
  }

  private static Answer whole(Message message, MediaType media) {
    return Answer.whole(media.headerValue(), Codec.encode(message, media));
  }

  private Response small(Call.Type type, MasterView now, ReadFilter filter) {
    Response.Builder answer = Response.newBuilder().setType(Response.Type.valueOf(type.name()));
    switch (type) {
      case GET_HEALTH -> answer.getGetHealthBuilder().setHealthy(true);
      case GET_FLAGS ->
          about
              .flags()
              .forEach((name, value) ->
                  answer
                      .getGetFlagsBuilder()
                      .addFlags(Flag.newBuilder().setName(name).setValue(value)));
      case GET_VERSION -> answer.getGetVersionBuilder().setVersionInfo(version());
      case GET_MASTER ->
          answer
              .getGetMasterBuilder()
              .setMasterInfo(AboutJson.self(now))
              .setStartTime(PageJson.seconds(about.startedAt()))
              .setElectedTime(PageJson.seconds(now.leadingSince()));
      case GET_ROLES -> answer.setGetRoles(ClusterCalls.roles(now, filter));
      case GET_WEIGHTS -> answer.setGetWeights(weights(now));
      case GET_QUOTA -> answer.getGetQuotaBuilder().setStatus(quota(now));
      default -> throw new IllegalStateException("Not a call that is answered here: " + type);
    }
    return answer.build();
  }

  private VersionInfo version() {
    return VersionInfo.newBuilder()
        .setVersion(Version.OF_API)
        .setBuildDate(AboutJson.buildDate(Version.builtAt()))
        .setBuildTime(PageJson.seconds(Version.builtAt()))
        .build();
  }

  private Response metrics() {
    List<Metric> all = new ArrayList<>();
    numbers.forEach(
        (name, value) -> all.add(Metric.newBuilder().setName(name).setValue(value).build()));
    return Response.newBuilder()
        .setType(Response.Type.GET_METRICS)
        .setGetMetrics(Response.GetMetrics.newBuilder().addAllMetrics(all))
        .build();
  }

  static Response.GetWeights weights(MasterView now) {
    Response.GetWeights.Builder weights = Response.GetWeights.newBuilder();
    for (RoleView role : now.roles().values()) {
      if (role.weightMilli() != RoleSums.DEFAULT_WEIGHT_MILLI) {
        weights.addWeightInfos(
            WeightInfo.newBuilder().setRole(role.name()).setWeight(role.weightMilli() / 1e3));
      }
    }
    return weights.build();
  }

  @SuppressWarnings("deprecation") // Tools from before there were limits read guarantees only.
  static QuotaStatus quota(MasterView now) {
    QuotaStatus.Builder status = QuotaStatus.newBuilder();
    for (RoleView role : now.roles().values()) {
      role.quota()
          .ifPresent(quota -> {
            status.addConfigs(quota);
            status.addInfos(
                QuotaInfo.newBuilder()
                    .setRole(role.name())
                    .addAllGuarantee(scalars(quota.getGuaranteesMap())));
          });
    }
    return status.build();
  }

  private static List<Resource> scalars(Map<String, Value.Scalar> amounts) {
    List<Resource> all = new ArrayList<>();
    new TreeMap<>(amounts)
        .forEach((name, amount) ->
            all.add(
                Resource.newBuilder()
                    .setName(name)
                    .setType(Value.Type.SCALAR)
                    .setScalar(amount)
                    .build()));
    return all;
  }
}
