package io.meseta.agent.fetch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Archives as nobody in his senses makes them. */
final class TestArchives {

  private TestArchives() {}

  /** Fills an archive. */
  interface Content<T> {
    void into(T archive) throws IOException;
  }

  static byte[] tar(Content<Tar> content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      content.into(new Tar(out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] tgz(Content<Tar> content) {
    return gzip(tar(content));
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] zip(Content<Zip> content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(bytes)) {
      content.into(new Zip(out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A tar archive being made; names are taken as they are. */
  record Tar(TarArchiveOutputStream out) {

    void file(String name, String content) throws IOException {
      file(name, 0644, content);
    }

    void file(String name, int mode, String content) throws IOException {
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(bytes.length);
      entry.setMode(mode);
      put(entry, bytes);
    }

    void directory(String name) throws IOException {
      put(new TarArchiveEntry(name + "/", true), new byte[0]);
    }

    void symbolicLink(String name, String target) throws IOException {
      link(name, target, TarArchiveEntry.LF_SYMLINK);
    }

    void hardLink(String name, String target) throws IOException {
      link(name, target, TarArchiveEntry.LF_LINK);
    }

    private void link(String name, String target, byte kind) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
      entry.setLinkName(target);
      put(entry, new byte[0]);
    }

    void special(String name, byte kind) throws IOException {
      put(new TarArchiveEntry(name, kind, true), new byte[0]);
    }

    private void put(TarArchiveEntry entry, byte[] bytes) throws IOException {
      out.putArchiveEntry(entry);
      out.write(bytes);
      out.closeArchiveEntry();
    }
  }

  /** A zip archive being made. */
  record Zip(ZipArchiveOutputStream out) {

    void file(String name, int mode, String content) throws IOException {
      ZipArchiveEntry entry = new ZipArchiveEntry(name);
      entry.setUnixMode(0100000 | mode);
      put(entry, content);
    }

    void symbolicLink(String name, String target) throws IOException {
      ZipArchiveEntry entry = new ZipArchiveEntry(name);
      entry.setUnixMode(0120777);
      put(entry, target);
    }

    private void put(ZipArchiveEntry entry, String content) throws IOException {
      out.putArchiveEntry(entry);
      out.write(content.getBytes(StandardCharsets.UTF_8));
      out.closeArchiveEntry();
    }
  }
}
