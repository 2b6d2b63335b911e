package io.meseta.agent.container.docker;

/**
 * An image's name in the two parts that a pull wants.
 *
 * @param repository with registry; with the digest, if the image is named by one
 * @param tag empty for an image named by digest
 */
record ImageReference(String repository, String tag) {

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
}
