package io.meseta.common.net;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys. What is wrong is told with the file's name, never with its text. */
final class Pem {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /** Kinds of keys, each with a way to sign that proves which certificate a key belongs to. */
  private enum Kind {
    RSA("RSA", "SHA256withRSA"),
    EC("EC", "SHA256withECDSA"),
    ED("EdDSA", "EdDSA");

    private final String keys;
    private final String signatures;

    Kind(String keys, String signatures) {
      this.keys = keys;
      this.signatures = signatures;
    }
  }

  private Pem() {}

  static List<X509Certificate> certificates(Path file, byte[] text) {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(text))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          "The TLS file " + file + " has no certificates in PEM form: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("The TLS file " + file + " has no certificate in it");
  }

  static PrivateKey key(Path file, byte[] text) {
    Matcher key = KEY.matcher(new String(text, StandardCharsets.ISO_8859_1));
    if (!key.find()) {
      throw new IllegalArgumentException(
          "The TLS file "
              + file
              + " has no key of the form BEGIN PRIVATE KEY (PKCS#8, not encrypted); 'openssl pkcs8"
              + " -topk8 -nocrypt' makes one of others");
    }
    byte[] encoded;
    try {
      encoded = Base64.getMimeDecoder().decode(key.group(1));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("The key in the TLS file " + file + " is damaged", e);
    }
    for (Kind kind : Kind.values()) {
      Optional<PrivateKey> read = read(kind, encoded);
      if (read.isPresent()) {
        return read.get();
      }
    }
    throw new IllegalArgumentException(
        "The key in the TLS file " + file + " is none of RSA, EC and EdDSA");
  }

  private static Optional<PrivateKey> read(Kind kind, byte[] encoded) {
    try {
      return Optional.of(
          KeyFactory.getInstance(kind.keys).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    } catch (InvalidKeySpecException e) {
      // Of another kind: that is what the caller wants to know.
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java knows no keys of the kind " + kind.keys, e);
    }
  }

  /**
   * Refuses a key that does not belong to a certificate: while two files are being replaced, one
   * after the other, they do not fit.
   */
  static void requirePair(TlsOptions.Own files, X509Certificate certificate, PrivateKey key) {
    try {
      if (signs(certificate, key)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(doesNotFit(files), e);
    }
    throw new IllegalArgumentException(doesNotFit(files));
  }

  private static String doesNotFit(TlsOptions.Own files) {
    return "The key " + files.key() + " does not belong to the certificate " + files.certificate();
  }

  private static boolean signs(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    byte[] sample = "sample".getBytes(StandardCharsets.US_ASCII);
    Signature signature = Signature.getInstance(signatures(key));
    signature.initSign(key);
    signature.update(sample);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(sample);
    return signature.verify(signed);
  }

  private static String signatures(PrivateKey key) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.keys.equals(key.getAlgorithm()))
        .findFirst()
        .orElse(Kind.ED)
        .signatures;
  }
}
