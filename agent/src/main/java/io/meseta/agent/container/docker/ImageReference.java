package io.meseta.agent.container.docker;

import java.util.Set;

/**
 * An image's name in the two parts that a pull wants.
 *
 * @param repository with registry; with the digest, if the image is named by one
 * @param tag empty for an image named by digest
 */
record ImageReference(String repository, String tag) {

  private static final String DOCKER_HUB = "docker.io";
  private static final Set<String> HUB_HOSTS =
      Set.of("index.docker.io", "registry-1.docker.io", "registry.hub.docker.com");

  /** Without a tag it is {@code latest}: asking the engine without one pulls every tag. */
  static ImageReference parse(String image) {
    if (image.indexOf('@') >= 0) {
      return new ImageReference(image, "");
    }
    int colon = image.lastIndexOf(':');
    // A colon before the last slash belongs to the registry's port.
    if (colon > image.lastIndexOf('/')) {
      return new ImageReference(image.substring(0, colon), image.substring(colon + 1));
    }
    return new ImageReference(image, "latest");
  }

  /** The host and port of an image's registry; that of Docker where it names none. */
  static String registryOf(String image) {
    int slash = image.indexOf('/');
    String first = slash < 0 ? "" : image.substring(0, slash);
    boolean isHost =
        first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
    return isHost ? canonicalRegistry(first) : DOCKER_HUB;
  }

  /** One name for a registry, which configurations write as a host or as a URL. */
  static String canonicalRegistry(String hostOrUrl) {
    int scheme = hostOrUrl.indexOf("://");
    String rest = scheme < 0 ? hostOrUrl : hostOrUrl.substring(scheme + 3);
    int slash = rest.indexOf('/');
    String host = slash < 0 ? rest : rest.substring(0, slash);
    return HUB_HOSTS.contains(host) ? DOCKER_HUB : host;
  }
}
