package io.meseta.agent.container;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Keeps what a command prints and how it ends. */
public final class RecordedOutput implements ContainerExec.Output {

  private static final int PATIENCE_SECONDS = 60;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();

  @Override
  public synchronized void stdout(ByteBuffer bytes) {
    keep(bytes, out);
  }

  @Override
  public synchronized void stderr(ByteBuffer bytes) {
    keep(bytes, err);
  }

  private void keep(ByteBuffer bytes, ByteArrayOutputStream to) {
    if (exit.isDone()) {
      throw new IllegalStateException("output after the end");
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    to.writeBytes(copy);
  }

  @Override
  public void exited(int code) {
    if (!exit.complete(code)) {
      throw new IllegalStateException("a second end");
    }
  }

  @Override
  public void failed(String reason) {
    if (!exit.completeExceptionally(new AssertionError(reason))) {
      throw new IllegalStateException("a second end");
    }
  }

  public synchronized byte[] outBytes() {
    return out.toByteArray();
  }

  public synchronized String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public synchronized String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  public boolean hasEnded() {
    return exit.isDone();
  }

  /** Waits for the end; fails if it was not told as an exit. */
  public int exitCode() {
    return exit.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }
}
