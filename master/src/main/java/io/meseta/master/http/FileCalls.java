package io.meseta.master.http;

import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.master.Response;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.common.files.ReadableFiles;
import io.meseta.common.files.UnreadableFileException;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpResponse;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/** LIST_FILES and READ_FILE, of what {@code /files/} shows, too. Thread-safe. */
public final class FileCalls {

  private final ReadableFiles files;
  private final Executor workers;

  /**
   * Calls about these files.
   *
   * @param workers wait for the disk, so that no Netty thread does
   */
  public FileCalls(ReadableFiles files, Executor workers) {
    this.files = files;
    this.workers = workers;
  }

  /** Answers a call that is valid, soon and on another thread. Does not block. */
  void answer(Call call, MediaType type, Exchange exchange) {
    workers.execute(() -> exchange.respond(answer(call, type)));
  }

  private HttpResponse answer(Call call, MediaType type) {
    try {
      Response answer = call.getType() == Call.Type.LIST_FILES ? list(call) : read(call);
      return HttpResponse.of(200, type.headerValue(), Codec.encode(answer, type));
    } catch (UnreadableFileException e) {
      return HttpResponse.text(e.status(), String.valueOf(e.getMessage()));
    }
  }

  private Response list(Call call) throws UnreadableFileException {
    return Response.newBuilder()
        .setType(Response.Type.LIST_FILES)
        .setListFiles(
            Response.ListFiles.newBuilder()
                .addAllFileInfos(files.list(call.getListFiles().getPath())))
        .build();
  }

  private Response read(Call call) throws UnreadableFileException {
    Call.ReadFile wanted = call.getReadFile();
    OptionalLong length =
        wanted.hasLength() ? OptionalLong.of(wanted.getLength()) : OptionalLong.empty();
    ReadableFiles.Part part = files.read(wanted.getPath(), wanted.getOffset(), length);
    return Response.newBuilder()
        .setType(Response.Type.READ_FILE)
        .setReadFile(Response.ReadFile.newBuilder().setSize(part.size()).setData(part.data()))
        .build();
  }
}
