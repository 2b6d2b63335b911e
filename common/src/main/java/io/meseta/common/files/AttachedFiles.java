package io.meseta.common.files;

import io.meseta.api.v1.FileInfo;
import io.meseta.common.files.UnreadableFileException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A few files under paths of their own, such as a daemon's log as {@code /master/log}. What a log
 * was renamed to when it was rotated, {@code .1} and so on, is there as well.
 *
 * <p>A path is compared, never resolved: nothing that a caller writes can lead elsewhere. Where the
 * files lie is the operator's choice, who may have made links.
 */
public final class AttachedFiles implements ReadableFiles {

  private static final Pattern ROTATED = Pattern.compile("(.+)(\\.\\d{1,4})");

  private final TreeMap<String, Path> files;

  /** The files by the paths under which they are shown. They need not exist yet. */
  public AttachedFiles(Map<String, Path> files) {
    this.files = new TreeMap<>(files);
  }

  @Override
  public Map<String, String> attached() {
    TreeMap<String, String> attached = new TreeMap<>();
    files.forEach((path, place) -> attached.put(path, place.toString()));
    return attached;
  }

  @Override
  public List<FileInfo> list(String path) throws UnreadableFileException {
    if (place(path).isEmpty()) {
      throw notFound();
    }
    throw new UnreadableFileException(Kind.NOT_A_DIRECTORY, "This is no directory");
  }

  @Override
  public OpenFile open(String path) throws UnreadableFileException {
    Path place = place(path).orElseThrow(AttachedFiles::notFound);
    try {
      BasicFileAttributes facts = Files.readAttributes(place, BasicFileAttributes.class);
      // Before it is opened: to open a pipe would wait for somebody to write to it.
      if (!facts.isRegularFile()) {
        throw new UnreadableFileException(Kind.NOT_A_FILE, "This is no file that could be read");
      }
      return new OpenFile(FileChannel.open(place, StandardOpenOption.READ), OpenFile.keyOf(facts));
    } catch (IOException e) {
      throw UnreadableFileException.because(e);
    }
  }

  @Override
  public Optional<String> key(String path) {
    try {
      return place(path).isPresent()
          ? Optional.of(Files.readAttributes(place(path).get(), BasicFileAttributes.class))
              .filter(BasicFileAttributes::isRegularFile)
              .map(OpenFile::keyOf)
          : Optional.empty();
    } catch (IOException e) {
      // It is not there, or not for this process.
      return Optional.empty();
    }
  }

  @Override
  public boolean mayAppear(String path) {
    return place(path).isPresent();
  }

  private Optional<Path> place(String path) {
    Path attached = files.get(path);
    if (attached != null) {
      return Optional.of(attached);
    }
    Matcher rotated = ROTATED.matcher(path);
    Path before = rotated.matches() ? files.get(rotated.group(1)) : null;
    return before == null
        ? Optional.empty()
        : Optional.of(before.resolveSibling(before.getFileName() + rotated.group(2)));
  }

  private static UnreadableFileException notFound() {
    return new UnreadableFileException(Kind.NOT_FOUND, "There is no such file");
  }
}
