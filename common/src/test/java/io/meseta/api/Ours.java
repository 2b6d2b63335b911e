package io.meseta.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The messages of this project, as they were compiled. */
public final class Ours {
  private static final List<FileDescriptor> FILES = findFiles();

  private Ours() {}

  /**
   * Every {@code .proto} file that Mesos has too. Found rather than listed, so that a new file
   * cannot be forgotten here.
   */
  static List<FileDescriptor> files() {
    return FILES;
  }

  private static List<FileDescriptor> findFiles() {
    // Tests run in the module's directory. Not the compiled classes: after a renaming, an
    // incremental build leaves old ones behind.
    try (Stream<Path> all = Files.walk(Path.of("src/main/proto/mesos"))) {
      return all.filter(path -> path.toString().endsWith(".proto"))
          .sorted()
          .map(Ours::read)
          .map(proto -> option(proto, "java_package") + "." + option(proto, "java_outer_classname"))
          .map(name -> (FileDescriptor) Reflection.callStatic(name, "getDescriptor"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String option(String proto, String name) {
    Matcher matcher = Pattern.compile("(?m)^option " + name + " = \"([\\w.]+)\";").matcher(proto);
    assertThat(matcher.find()).as("option %s in %s", name, proto).isTrue();
    return matcher.group(1);
  }

  static List<FileDescriptorProto> fileProtos() {
    return files().stream().map(FileDescriptor::toProto).toList();
  }

  /** Every message type, nested ones included, without the entries of maps. */
  public static List<Descriptor> messageTypes() {
    return files().stream().flatMap(file -> messageTypes(file).stream()).toList();
  }

  static List<Descriptor> messageTypes(FileDescriptor file) {
    List<Descriptor> found = new ArrayList<>();
    file.getMessageTypes().forEach(each -> collect(each, found));
    return found;
  }

  private static void collect(Descriptor type, List<Descriptor> found) {
    if (!type.getOptions().getMapEntry()) {
      found.add(type);
      type.getNestedTypes().forEach(each -> collect(each, found));
    }
  }

  /** The default instance of the generated class. */
  public static Message prototype(Descriptor type) {
    String nested = type.getFullName().substring(type.getFile().getPackage().length() + 1);
    String name = type.getFile().getOptions().getJavaPackage() + "." + nested.replace('.', '$');
    return (Message) Reflection.callStatic(name, "getDefaultInstance");
  }
}
