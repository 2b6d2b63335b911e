package io.meseta.cli.demo;

import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.cli.console.Colour;
import io.meseta.cli.console.Display;
import io.meseta.testkit.DirectoryTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code meseta demo}. */
@Command(
    name = "demo",
    description = {
      "Show a whole cluster at work on this machine, and check what it promises.",
      "Needs nothing: a Docker engine is installed and started where there is none (Debian and"
          + " Ubuntu, as root). Stops everything that it started. Exits with 0 if every step"
          + " holds.%n"
    },
    sortOptions = false)
public final class DemoCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(DemoCommand.class);

  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws Exception {
    Display display = Display.of(System.out, System.getProperties(), System.getenv());
    Path directory = Files.createTempDirectory("meseta-demo-");
    Path logFile = directory.resolve("demo.log");
    Logging.level(common.loggingLevel());
    Logging.toFile(logFile);
    display.line(
        display.paint(
                Colour.BOLD, "Meseta: a cluster on this machine, and the kernel's word for it")
            + " (log: "
            + logFile
            + ")");
    long startNs = System.nanoTime();
    Demo demo = new Demo(display, directory.resolve("data"));
    Thread stopper = Thread.ofPlatform().name("stop").unstarted(() -> close(demo, display));
    Runtime.getRuntime().addShutdownHook(stopper);
    List<Step> steps = new DemoSteps(demo).all();
    boolean all = new StepRunner(display, System::nanoTime).run(steps, 1, steps.size());
    boolean good = close(demo, display) && all;
    if (good) {
      DirectoryTree.remove(directory);
    }
    return end(display, good, startNs, logFile);
  }

  private static int end(Display display, boolean good, long startNs, Path logFile) {
    if (good) {
      String text =
          String.format(
              Locale.ROOT,
              "Every step holds, in %.0f s. A cluster to work with: ./meseta dev",
              (System.nanoTime() - startNs) / 1e9);
      display.line(display.paint(Colour.GREEN, text));
      return 0;
    }
    display.line(display.paint(Colour.RED, "Not every step holds.") + " The log: " + logFile);
    return 1;
  }

  /** Also called when a signal comes; what is closed already is left alone. */
  private static boolean close(Demo demo, Display display) {
    synchronized (demo) {
      try {
        demo.close();
        return true;
      } catch (Exception e) {
        log.warn("not everything could be stopped", e);
        display.line("Not everything could be stopped: " + e.getMessage());
        return false;
      }
    }
  }
}
