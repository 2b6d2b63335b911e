package io.meseta.common.auth;

import io.meseta.common.acl.AclFormat;
import io.meseta.common.acl.Authorizer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is known to a daemon and who may do what, as its files say at the moment: files that change
 * while it runs are in force a few seconds later. Each file counts for itself, so that lists that
 * make no sense do not keep a credential alive that was taken away.
 *
 * <p>Thread-safe. Listeners are told on a thread of this class, one after the other, when what they
 * are told of can be asked for.
 */
public final class Access implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Access.class);

  /** Between two looks at the files. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Optional<ReloadedFile<Authenticator>> credentials;
  private final Optional<ReloadedFile<Authenticator>> jwtKey;
  private final Optional<ReloadedFile<Authorizer>> lists;
  private final List<ReloadedFile<Credential>> owns = new CopyOnWriteArrayList<>();
  private final List<Runnable> ofCallers = new CopyOnWriteArrayList<>();
  private final List<Runnable> ofLists = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "access-files");
        thread.setDaemon(true);
        return thread;
      });
  private final Authorizer fixedLists;
  private volatile Authentication authentication;

  /**
   * Where it stands.
   *
   * @param credentials for HTTP basic authentication
   * @param jwtKey for bearer tokens
   * @param acls JSON, or the name of a file with it, which alone can change
   */
  record Sources(Optional<Path> credentials, Optional<Path> jwtKey, Optional<String> acls) {}

  private Access(Sources sources, InstantSource clock) {
    credentials =
        sources
            .credentials()
            .map(file ->
                new ReloadedFile<>(
                    file, text -> new BasicAuthenticator(CredentialFiles.parseAll(file, text))));
    jwtKey =
        sources
            .jwtKey()
            .map(file ->
                new ReloadedFile<>(
                    file,
                    text -> {
                      CredentialFiles.warnIfOthersMayRead(file);
                      return new JwtAuthenticator(CredentialFiles.key(text), clock);
                    }));
    lists =
        sources
            .acls()
            .flatMap(HttpAuthFlags::file)
            .map(file -> new ReloadedFile<>(file, AclFormat::parse));
    fixedLists =
        sources
            .acls()
            .filter(acls -> HttpAuthFlags.file(acls).isEmpty())
            .map(AclFormat::parse)
            .orElseGet(Authorizer::allowingEverything);
    authentication = known();
  }

  /**
   * Reads the files, and looks at them again now and then until closed.
   *
   * @throws IllegalArgumentException if one cannot be read or makes no sense
   */
  static Access open(Sources sources, InstantSource clock) {
    Access access = new Access(sources, clock);
    long ms = INTERVAL.toMillis();
    var unused = access.looking.scheduleWithFixedDelay(access::look, ms, ms, TimeUnit.MILLISECONDS);
    return access;
  }

  private Authentication known() {
    List<Authenticator> schemes = new ArrayList<>();
    credentials.map(ReloadedFile::value).ifPresent(schemes::add);
    jwtKey.map(ReloadedFile::value).ifPresent(schemes::add);
    return new Authentication(schemes);
  }

  /** The schemes by which callers are known now. */
  public Authentication authentication() {
    return authentication;
  }

  /** Who may do what now. */
  public Authorizer authorizer() {
    return lists.map(ReloadedFile::value).orElse(fixedLists);
  }

  /**
   * The daemon's own credential as its file says at the moment.
   *
   * @throws IllegalArgumentException as {@link CredentialFiles#readOne}
   */
  public Supplier<Credential> follow(Path file) {
    ReloadedFile<Credential> own =
        new ReloadedFile<>(file, text -> CredentialFiles.parseOne(file, text));
    owns.add(own);
    return own::value;
  }

  /** Told when other callers are known than before. */
  public void onNewCallers(Runnable listener) {
    ofCallers.add(listener);
  }

  /** Told when the lists have changed. */
  public void onNewLists(Runnable listener) {
    ofLists.add(listener);
  }

  /** Looks at the files, and takes those that have changed and are good. */
  synchronized void look() {
    owns.forEach(ReloadedFile::look);
    boolean newCredentials = credentials.map(ReloadedFile::look).orElse(false);
    boolean newKey = jwtKey.map(ReloadedFile::look).orElse(false);
    boolean newLists = lists.map(ReloadedFile::look).orElse(false);
    if (newCredentials || newKey) {
      authentication = known();
      ofCallers.forEach(Access::tell);
    }
    if (newLists) {
      ofLists.forEach(Access::tell);
    }
  }

  private static void tell(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException e) {
      // The next change is to be looked for all the same.
      log.error("New files are in force, and not everything that is open was told", e);
    }
  }

  /** Looks no more. */
  @Override
  public void close() {
    looking.shutdownNow();
  }
}
